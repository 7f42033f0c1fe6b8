-- One row a resident and month end M with a contact of any feed in the 183 days up to M.
{{ config(materialized='view') }}

with in_windows as (
    select * from {{ ref('int_contact__in_window') }}
)

select
    month_end_date,
    resident_no,
    has_consultation,
    has_support_action,
    has_participation
from in_windows
where contact_days = {{ threshold('contact_days') }}

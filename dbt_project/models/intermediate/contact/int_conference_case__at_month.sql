-- One row a resident and month end M whose consultation a 重層的支援会議 dealt with in the 183 days up to M.
{{ config(materialized='view') }}

with in_windows as (
    select * from {{ ref('int_conference_case__in_window') }}
)

select
    month_end_date,
    resident_no
from in_windows
where contact_days = {{ threshold('contact_days') }}

-- One row a resident and month end M with a plan that was open on any of the 183 days up to M.
{{ config(materialized='view') }}

with in_windows as (
    select * from {{ ref('int_open_plan__in_window') }}
)

select
    month_end_date,
    resident_no,
    has_soudan_plan,
    has_konkyu_plan
from in_windows
where contact_days = {{ threshold('contact_days') }}

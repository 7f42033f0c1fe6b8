-- One row a month end M, with the days that ages and school years at M are reckoned from.
{{ config(materialized='view') }}

with months as (
    select
        month_end as month_end_date,
        needs_build
    from {{ source('ledger', 'month') }}
)

select
    month_end_date,
    needs_build,
    lag(month_end_date) over (order by month_end_date) as previous_month_end_date,
    -- What is told of a month beside the one before follows when either is built anew.
    needs_build or lag(needs_build) over (order by month_end_date) as needs_comparison,
    month_end_date = max(month_end_date) over () as is_newest,
    -- Who was born by this day has completed the years of an adult at M: the same as comparing month and day.
    {{ years_before('month_end_date', threshold('child_age_under')) }} as adult_born_until,
    -- The Japanese school year runs from April to March and is named by the year of its April.
    cast(
        extract(year from month_end_date) - case when extract(month from month_end_date) < 4 then 1 else 0 end
        as integer
    ) as school_year
from months

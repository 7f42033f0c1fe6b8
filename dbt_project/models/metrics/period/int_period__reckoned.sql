-- One row a month end M: the fiscal year and the days that the indicators count from and to.
with months as (
    select * from {{ ref('int_month__spined') }}
)

select
    month_end_date as period_end_date,
    -- School and fiscal year are the same twelve months.
    school_year as fiscal_year,
    {{ april_first('school_year') }} as fiscal_year_from,
    cast((extract(month from month_end_date) + 8) % 12 + 1 as integer) as months_elapsed,
    {{ days_before(
        'month_end_date', threshold('kpi_trailing_lag_days') ~ ' + ' ~ threshold('kpi_trailing_days') ~ ' - 1'
    ) }} as trailing_from,
    {{ days_before('month_end_date', threshold('kpi_trailing_lag_days')) }} as trailing_to
from months

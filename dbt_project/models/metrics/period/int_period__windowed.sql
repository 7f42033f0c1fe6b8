-- One row a month end M and way of reckoning a period: its first day and the months it touches.
with periods as (
    select * from {{ ref('int_period__reckoned') }}
),

windows as (
    select
        period_end_date,
        'month_end' as period,
        period_end_date as first_day,
        false as is_told_month_by_month
    from periods
    union all
    select
        period_end_date,
        'survey_year' as period,
        period_end_date as first_day,
        false as is_told_month_by_month
    from periods
    union all
    select
        period_end_date,
        'fiscal_year_to_date' as period,
        fiscal_year_from as first_day,
        true as is_told_month_by_month
    from periods
    union all
    select
        period_end_date,
        'trailing_year' as period,
        -- What became of the last intakes is told by the feeds up to M.
        trailing_from as first_day,
        true as is_told_month_by_month
    from periods
)

select
    period_end_date,
    period,
    first_day,
    -- A state lasts until the next file; what happened in a month only that month's file tells.
    is_told_month_by_month,
    cast(
        (extract(year from period_end_date) - extract(year from first_day)) * 12
        + extract(month from period_end_date) - extract(month from first_day) + 1 as integer
    ) as months_due
from windows

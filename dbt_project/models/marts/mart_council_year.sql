-- One row a whole fiscal year: open cases of the child-protection council (要対協) at its end, in a wide band.
with years as (
    select * from {{ ref('int_period__reckoned') }}
    -- Once a year alone: from month to month a count that crosses a band would tell of one case.
    where months_elapsed = 12
),

told as (
    select month_end_date from {{ ref('int_feed__delivered') }}
    where table_name = 'youtai' and is_known
),

cases as (
    select * from {{ ref('int_youtai__at_month') }}
    where {{ has_begun('accepted_on', 'month_end_date') }} and not {{ has_ended('closed_on', 'month_end_date') }}
),

banded as (
    select
        years.fiscal_year,
        years.period_end_date,
        {{ threshold('council_band_cases') }} as band,
        floor(count(cases.record_key) / {{ threshold('council_band_cases') }}) as full_bands
    from years
    inner join told on years.period_end_date = told.month_end_date
    left join cases on years.period_end_date = cases.month_end_date
    group by years.fiscal_year, years.period_end_date
)

select
    fiscal_year,
    period_end_date,
    cast(full_bands * band as bigint) as cases_from,
    cast(full_bands * band + band - 1 as bigint) as cases_until
from banded

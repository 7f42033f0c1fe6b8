-- One row a compound-issue plan closed in the base or the present fiscal year and month end M: its days (M2-KPI-2).
with periods as (
    select * from {{ ref('int_period__reckoned') }}
),

base_year as (
    -- The first fiscal year that the data hold whole: its April is there.
    select min(fiscal_year) as fiscal_year
    from periods
    where months_elapsed = 1
),

plans as (
    select * from {{ ref('fct_plan') }}
    where is_compound_issue and started_on is not null
),

present as (
    select
        periods.period_end_date,
        'present' as subgroup,
        plans.*
    from periods
    inner join plans on {{ in_fiscal_year('plans.closed_on', 'periods') }}
    cross join base_year
    -- In the base year itself, and before it, there is nothing to compare with.
    where periods.fiscal_year > base_year.fiscal_year
),

base as (
    select
        periods.period_end_date,
        'base' as subgroup,
        plans.*
    from periods
    cross join base_year
    inner join plans
        on
            plans.closed_on >= {{ april_first('base_year.fiscal_year') }}
            and plans.closed_on < {{ april_first('base_year.fiscal_year + 1') }}
    where periods.fiscal_year > base_year.fiscal_year
),

closed as (
    select * from base
    union all
    select * from present
)

select
    period_end_date,
    area_code,
    case_id as case_ref,
    subgroup,
    subgroup = 'present' as is_numerator,
    {{ amount(days_between('started_on', 'closed_on')) }} as numerator_amount,
    {{ amount(1) }} as denominator_amount,
    closed_on as occurred_on
from closed

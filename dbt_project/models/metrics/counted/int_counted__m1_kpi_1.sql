-- One row a compound-issue consultation and month end M: days to first support, or waited by M (M1-KPI-1).
with periods as (
    select * from {{ ref('int_period__reckoned') }}
),

consultations as (
    select * from {{ ref('fct_consultation') }}
    where is_compound_issue
),

received as (
    select
        periods.period_end_date,
        consultations.*,
        coalesce(consultations.first_support_on <= periods.period_end_date, false) as has_begun
    from periods
    inner join consultations on {{ in_trailing_year('consultations.received_on', 'periods') }}
),

waited as (
    select
        *,
        case when has_begun then first_support_on else period_end_date end as waited_until
    from received
)

select
    period_end_date,
    area_code,
    case_id as case_ref,
    case when has_begun then 'begun' else 'waiting' end as subgroup,
    true as is_numerator,
    {{ amount(days_between('received_on', 'waited_until')) }} as numerator_amount,
    {{ amount(1) }} as denominator_amount,
    received_on as occurred_on
from waited

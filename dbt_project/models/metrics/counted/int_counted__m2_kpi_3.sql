-- One row a plan of two or more agencies decided in the fiscal year to month end M (M2-KPI-3).
with periods as (
    select * from {{ ref('int_period__reckoned') }}
),

plans as (
    select * from {{ ref('fct_plan') }}
    where agency_count >= {{ threshold('kpi_agencies_from') }}
)

select
    periods.period_end_date,
    plans.area_code,
    plans.case_id as case_ref,
    cast(null as varchar) as subgroup,
    {{ count_amounts() }},
    plans.decided_on as occurred_on
from periods
inner join plans on {{ in_fiscal_year('plans.decided_on', 'periods') }}

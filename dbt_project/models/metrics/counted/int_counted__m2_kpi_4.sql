-- One row a run of participation support in the fiscal year to month end M (M2-KPI-4).
with periods as (
    select * from {{ ref('int_period__reckoned') }}
),

runs as (
    select * from {{ ref('fct_participation') }}
)

select
    periods.period_end_date,
    runs.area_code,
    runs.case_id as case_ref,
    runs.activity_kind as subgroup,
    {{ count_amounts() }},
    runs.held_on as occurred_on
from periods
inner join runs on {{ in_fiscal_year('runs.held_on', 'periods') }}

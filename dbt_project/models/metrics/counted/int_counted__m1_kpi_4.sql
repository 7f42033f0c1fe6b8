-- One row an outreach action and month end M of its fiscal year (M1-KPI-4).
with periods as (
    select * from {{ ref('int_period__reckoned') }}
),

actions as (
    select * from {{ ref('fct_support_action') }}
    where {{ is_kpi_code('action_kind', 'support_action_outreach') }}
)

select
    periods.period_end_date,
    actions.area_code,
    actions.case_id as case_ref,
    actions.action_kind as subgroup,
    {{ count_amounts() }},
    actions.acted_on as occurred_on
from periods
inner join actions on {{ in_fiscal_year('actions.acted_on', 'periods') }}

-- One row a compound-issue case closed in the fiscal year to month end M: whether resolved (M2-KGI-1).
with periods as (
    select * from {{ ref('int_period__reckoned') }}
),

plans as (
    select * from {{ ref('fct_plan') }}
    where is_compound_issue
),

last_plans as (
    select
        periods.*,
        plans.*
    from periods
    inner join plans
        on coalesce(plans.decided_on, plans.started_on, plans.closed_on) <= periods.period_end_date
    -- A case of several plans is closed when the last of them is; one that is open at M stands first.
    qualify
        row_number() over (
            partition by periods.period_end_date, plans.case_id
            order by
                coalesce(plans.closed_on <= periods.period_end_date, false),
                plans.closed_on desc nulls last,
                plans.decided_on desc nulls last,
                plans.closing_reason asc nulls last
        ) = 1
)

select
    last_plans.period_end_date,
    last_plans.area_code,
    last_plans.case_id as case_ref,
    last_plans.closing_reason as subgroup,
    {{ share_amounts(is_kpi_code('last_plans.closing_reason', 'closing_resolved')) }},
    last_plans.closed_on as occurred_on
from last_plans
where
    {{ in_fiscal_year('last_plans.closed_on', 'last_plans') }}
    -- Moved away or dead: neither resolved nor not.
    and not {{ is_kpi_code('last_plans.closing_reason', 'closing_left_out') }}

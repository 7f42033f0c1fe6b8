-- One row a community issue resolved in the fiscal year to month end M: whether residents led (M3-KPI-2).
with issues as (
    select * from {{ ref('int_issue__at_month') }}
)

select
    periods.period_end_date,
    issues.area_code,
    issues.issue_id as case_ref,
    issues.resolved_by as subgroup,
    {{ share_amounts(is_kpi_code('issues.resolved_by', 'issue_resident_led')) }},
    issues.resolved_on_earliest as occurred_on
from {{ ref('int_period__reckoned') }} as periods
inner join issues
    on
        periods.period_end_date = issues.month_end_date
        and {{ in_fiscal_year('issues.resolved_on_earliest', 'periods') }}

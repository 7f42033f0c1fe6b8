-- One row a month end M and area (or ALL): community issues from being raised to becoming policy, fiscal year to M.
with cells as (
    select * from {{ ref('int_month_area__celled') }}
),

months as (
    select
        month_end_date,
        {{ april_first('school_year') }} as year_began
    from {{ ref('int_month__spined') }}
),

covered as (
    select
        month_end_date,
        {{ told('issues') }} as is_issue_told,
        {{ told('issues_discussed') }} as is_discussed_told,
        {{ joined_reasons(['issues', 'issues_discussed']) }} as reason
    from {{ ref('int_figure__covered') }}
    group by month_end_date
),

issues as (
    select * from {{ ref('int_issue__at_month') }}
),

discussed as (
    select
        conferences.month_end_date,
        conferences.area_code,
        conferences.case_count
    from months
    inner join {{ ref('int_conference__at_month') }} as conferences
        on months.month_end_date = conferences.month_end_date
    where
        {{ is_in_code_set('conferences.conference_kind', 'care_conference') }}
        and conferences.held_on_earliest between months.year_began and months.month_end_date
),

funnel as (
    select
        issues.month_end_date,
        issues.area_code,
        issues.noticed_on_earliest between months.year_began and months.month_end_date as is_raised,
        coalesce(issues.resolved_on_earliest between months.year_began and months.month_end_date, false)
            as is_resolved,
        issues.resolved_by,
        issues.became_policy,
        issues.noticed_on_earliest <= months.month_end_date
        and not {{ has_ended('issues.resolved_on', 'months.month_end_date') }} as is_open
    from months
    inner join issues on months.month_end_date = issues.month_end_date
),

counted as (
    select
        cells.month_end_date,
        cells.area_code,
        count(*) filter (where funnel.is_raised) as raised_count,
        count(*) filter (where funnel.is_resolved) as resolved_count,
        count(*) filter (where funnel.is_resolved and {{ is_in_code_set('funnel.resolved_by', 'resident_led') }})
            as resident_led_count,
        count(*) filter (where funnel.is_resolved and {{ is_in_code_set('funnel.resolved_by', 'shared_led') }})
            as shared_led_count,
        count(*) filter (where funnel.is_resolved and {{ is_in_code_set('funnel.resolved_by', 'office_led') }})
            as office_led_count,
        count(*) filter (where funnel.is_resolved and funnel.became_policy) as policy_count,
        count(*) filter (where funnel.is_open) as open_issue_count
    from cells
    inner join funnel on {{ is_of_area('funnel', 'cells') }}
    group by cells.month_end_date, cells.area_code
),

talked as (
    select
        cells.month_end_date,
        cells.area_code,
        sum(discussed.case_count) as discussed_count
    from cells
    inner join discussed on {{ is_of_area('discussed', 'cells') }}
    group by cells.month_end_date, cells.area_code
)

select
    cells.month_end_date,
    cells.area_code,
    cells.area_name,
    {{ if_told('covered.is_issue_told', 'counted.raised_count') }} as raised_count,
    -- 地域ケア会議 tell how many matters they dealt with, not which.
    cast({{ if_told('covered.is_discussed_told', 'talked.discussed_count') }} as bigint) as discussed_count,
    {{ if_told('covered.is_issue_told', 'counted.resolved_count') }} as resolved_count,
    {{ if_told('covered.is_issue_told', 'counted.resident_led_count') }} as resident_led_count,
    {{ if_told('covered.is_issue_told', 'counted.shared_led_count') }} as shared_led_count,
    {{ if_told('covered.is_issue_told', 'counted.office_led_count') }} as office_led_count,
    {{ if_told('covered.is_issue_told', 'counted.policy_count') }} as policy_count,
    {{ if_told('covered.is_issue_told', 'counted.open_issue_count') }} as open_issue_count,
    covered.reason
from cells
inner join covered on cells.month_end_date = covered.month_end_date
left join counted on cells.month_end_date = counted.month_end_date and cells.area_code = counted.area_code
left join talked on cells.month_end_date = talked.month_end_date and cells.area_code = talked.area_code

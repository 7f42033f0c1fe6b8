-- One row an indicator of the model municipalities and month end M: theirs, unchecked, and ours if we can answer.
with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

exemplars as (
    select * from {{ ref('exemplar') }}
),

agreements as (
    -- What a KPI counts too is counted once.
    select
        months.month_end_date,
        count(counted.case_ref) as organisation_count
    from months
    left join {{ ref('int_counted__m3_ksi_2') }} as counted on months.month_end_date = counted.period_end_date
    group by months.month_end_date
),

issues as (
    select
        months.month_end_date,
        count(issue.issue_id) as issue_count
    from months
    left join {{ ref('int_issue__at_month') }} as issue
        on
            months.month_end_date = issue.month_end_date
            and {{ is_in_code_set('issue.resolved_by', 'resident_led') }}
            and {{ years_before('months.month_end_date', 5) }} < issue.resolved_on_earliest
            and months.month_end_date >= issue.resolved_on_earliest
    group by months.month_end_date
),

answers as (
    select * from {{ ref('int_exemplar__counted') }}
    union all
    select * from {{ ref('int_exemplar__changed') }}
    union all
    select
        month_end_date,
        'watch_over_agreements' as indicator_id,
        cast(organisation_count as double) as value
    from agreements
    union all
    select
        month_end_date,
        'resident_led_issues' as indicator_id,
        cast(issue_count as double) as value
    from issues
)

select
    months.month_end_date,
    exemplars.exemplar_id,
    exemplars.municipality,
    exemplars.case_name,
    exemplars.label,
    exemplars.label_en,
    exemplars.unit,
    case when coalesce(covered.is_told, true) then cast(answers.value as double) end as value,
    exemplars.figure_before,
    exemplars.figure_after,
    exemplars.over_period,
    exemplars.survey_year,
    exemplars.source,
    exemplars.is_fact_checked,
    coalesce(
        exemplars.unanswered_reason,
        -- "As far as it came" is said beside a value alone: where there is none, why not.
        case
            when coalesce(covered.is_told, true) and answers.value is null
                then 'この月は比べられるだけのデータがありません'
        end,
        covered.reason
    ) as reason
from months
cross join exemplars
left join answers on months.month_end_date = answers.month_end_date and exemplars.exemplar_id = answers.indicator_id
left join {{ ref('int_figure__covered') }} as covered
    on months.month_end_date = covered.month_end_date and exemplars.exemplar_id = covered.figure_id

-- One row an indicator of the model municipalities and month end M: what a year's cases give.
with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

yearly as (
    select * from {{ ref('int_consultation__yearly') }}
),

actions as (
    select * from {{ ref('fct_support_action') }}
),

assessments as (
    select * from {{ ref('fct_assessment') }}
    -- Without a score nothing was assessed.
    where isolation_score is not null
    -- The first assessment tells how somebody was found; of two on one day the lower score counts: nobody is lost.
    qualify row_number() over (partition by case_id order by assessed_on, isolation_score) = 1
),

housed as (
    select distinct
        yearly.month_end_date,
        yearly.person_id
    from yearly
    inner join actions on yearly.case_id = actions.case_id
    where
        {{ is_in_code_set('actions.action_kind', 'housing') }}
        and actions.acted_on <= yearly.month_end_date
),

found as (
    select distinct
        yearly.month_end_date,
        yearly.person_id
    from yearly
    inner join assessments on yearly.case_id = assessments.case_id
    where
        {{ is_in_code_set('yearly.route', 'outreach_route') }}
        and assessments.assessed_on <= yearly.month_end_date
        and assessments.isolation_score < {{ threshold('kpi_isolation_score_under') }}
),

closed as (
    select
        months.month_end_date,
        avg({{ days_between('plans.started_on', 'plans.closed_on') }}) / 7.0 as weeks_mean,
        count(*) filter (where {{ is_kpi_code('plans.closing_reason', 'closing_resolved') }}) as resolved_count,
        count(*) filter (where not {{ is_kpi_code('plans.closing_reason', 'closing_left_out') }}) as closed_count
    from months
    inner join {{ ref('fct_plan') }} as plans
        on
            {{ days_before('months.month_end_date', threshold('year_days')) }} < plans.closed_on
            and months.month_end_date >= plans.closed_on
    where plans.is_compound_issue
    group by months.month_end_date
),

consulted as (
    select
        month_end_date,
        count(*) filter (where is_compound_issue) as compound_count,
        count(*) filter (where is_compound_issue and first_support_by_month is not null) as reached_count
    from yearly
    group by month_end_date
)

select
    month_end_date,
    {{ each_figure({
        'compound_consultations_yearly': 'compound_count',
        'reached_support_share': percent('reached_count', 'compound_count')
    }) }}
from consulted
union all
select
    month_end_date,
    {{ each_figure({
        'handling_weeks': 'weeks_mean',
        'resolution_share': percent('resolved_count', 'closed_count')
    }) }}
from closed
union all
select
    months.month_end_date,
    'housed_with_support' as indicator_id,
    cast(count(housed.person_id) as double) as value
from months
left join housed on months.month_end_date = housed.month_end_date
group by months.month_end_date
union all
select
    months.month_end_date,
    'isolated_found_by_outreach' as indicator_id,
    cast(count(found.person_id) as double) as value
from months
left join found on months.month_end_date = found.month_end_date
group by months.month_end_date

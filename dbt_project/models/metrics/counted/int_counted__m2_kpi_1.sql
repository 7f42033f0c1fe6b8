-- One row a compound-issue case isolated at first, assessed again in the fiscal year to M: if better (M2-KPI-1).
with consultations as (
    select * from {{ ref('fct_consultation') }}
    where is_compound_issue
),

assessments as (
    select
        consultations.case_id,
        consultations.area_code,
        assessment.assessed_on_earliest as assessed_on,
        assessment.assessment_id,
        assessment.isolation_score
    from {{ ref('int_assessment__current') }} as assessment
    inner join consultations on assessment.case_id = consultations.case_id
    where assessment.isolation_score is not null
),

firsts as (
    select * from assessments
    qualify row_number() over (partition by case_id order by assessed_on, assessment_id) = 1
),

lasts as (
    select
        periods.period_end_date,
        firsts.case_id,
        firsts.area_code,
        firsts.isolation_score as first_score,
        assessments.isolation_score as last_score,
        assessments.assessed_on
    from {{ ref('int_period__reckoned') }} as periods
    inner join assessments on {{ in_fiscal_year('assessments.assessed_on', 'periods') }}
    inner join firsts
        on assessments.case_id = firsts.case_id and assessments.assessed_on > firsts.assessed_on
    where firsts.isolation_score < {{ threshold('kpi_isolation_score_under') }}
    qualify
        row_number() over (
            partition by periods.period_end_date, firsts.case_id
            order by assessments.assessed_on desc, assessments.assessment_id desc
        ) = 1
)

select
    period_end_date,
    area_code,
    case_id as case_ref,
    cast(null as varchar) as subgroup,
    {{ share_amounts('last_score > first_score') }},
    assessed_on as occurred_on
from lasts

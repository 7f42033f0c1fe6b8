-- One row a user's valid answer and month end M of its fiscal year: whether the user was satisfied (M1-KPI-2).
with periods as (
    select * from {{ ref('int_period__reckoned') }}
),

answers as (
    select * from {{ ref('fct_answer') }}
    where {{ is_kpi_code('respondent_kind', 'respondent_user') }} and satisfaction is not null
)

select
    periods.period_end_date,
    answers.area_code,
    answers.case_id as case_ref,
    answers.respondent_kind as subgroup,
    {{ share_amounts('answers.satisfaction >= ' ~ threshold('kpi_satisfied_from')) }},
    answers.answered_on as occurred_on
from periods
inner join answers on {{ in_fiscal_year('answers.answered_on', 'periods') }}

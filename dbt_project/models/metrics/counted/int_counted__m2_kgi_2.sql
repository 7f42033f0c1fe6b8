-- One row a valid answer on multi-agency support and month end M of its fiscal year: whether satisfied (M2-KGI-2).
with periods as (
    select * from {{ ref('int_period__reckoned') }}
),

answers as (
    select * from {{ ref('fct_answer') }}
    where
        -- 多機関連携 = 1
        is_multi_agency
        and satisfaction is not null
        and (
            {{ is_kpi_code('respondent_kind', 'respondent_user') }}
            or {{ is_kpi_code('respondent_kind', 'respondent_supporter') }}
        )
)

select
    periods.period_end_date,
    answers.area_code,
    answers.case_id as case_ref,
    case
        when {{ is_kpi_code('answers.respondent_kind', 'respondent_user') }} then 'user' else 'supporter'
    end as subgroup,
    {{ share_amounts('answers.satisfaction >= ' ~ threshold('kpi_satisfied_from')) }},
    answers.answered_on as occurred_on
from periods
inner join answers on {{ in_fiscal_year('answers.answered_on', 'periods') }}

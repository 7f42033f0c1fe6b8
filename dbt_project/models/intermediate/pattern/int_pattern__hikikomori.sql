-- One row a living household, month end M, scenario and tier of the pattern hikikomori.
with scenarios as (
    select
        month_end_date,
        scenario_id,
        {{ setting('pattern_hikikomori_age_from') }} as age_from,
        {{ setting('pattern_hikikomori_age_until') }} as age_until,
        {{ setting('pattern_consultation_days') }} as consultation_days
    from {{ ref('int_pattern__scenario') }}
    where pattern = 'hikikomori'
    group by month_end_date, scenario_id
),

signs as (
    select * from {{ ref('int_pattern__sign') }}
    where pattern = 'hikikomori'
),

households as (
    select
        scenarios.month_end_date,
        scenarios.scenario_id,
        signs.living_household_no,
        bool_or(signs.code_set = 'named') as is_named
    from scenarios
    inner join signs
        on scenarios.month_end_date = signs.month_end_date and scenarios.consultation_days > signs.days_ago
    where
        -- The record tells of the person: an age that is not known well enough loses nobody.
        coalesce(signs.age_at_most >= scenarios.age_from, true)
        and coalesce(signs.age_at_least <= scenarios.age_until, true)
    group by scenarios.month_end_date, scenarios.scenario_id, signs.living_household_no
)

select
    month_end_date,
    scenario_id,
    living_household_no,
    case when is_named then 'confirmed' else 'suspected' end as tier,
    true as holds_without_youtai,
    true as holds_with_youtai
from households

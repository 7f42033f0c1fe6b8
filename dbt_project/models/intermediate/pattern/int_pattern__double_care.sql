-- One row a living household, month end M, scenario and tier of the pattern double_care.
with scenarios as (
    select
        month_end_date,
        scenario_id,
        {{ setting('pattern_double_care_child_age_under') }} as child_age_under,
        {{ setting('pattern_double_care_adult_age_from') }} as adult_age_from,
        {{ setting('pattern_double_care_adult_age_until') }} as adult_age_until,
        {{ setting('pattern_consultation_days') }} as consultation_days
    from {{ ref('int_pattern__scenario') }}
    where pattern = 'double_care'
    group by month_end_date, scenario_id
),

members as (
    select * from {{ ref('int_pattern__candidate') }}
    where may_be_double_care
),

signs as (
    select
        scenarios.scenario_id,
        signs.*
    from scenarios
    inner join {{ ref('int_pattern__sign') }} as signs
        on scenarios.month_end_date = signs.month_end_date and scenarios.consultation_days > signs.days_ago
    where signs.pattern = 'double_care'
),

structural as (
    select
        scenarios.month_end_date,
        scenarios.scenario_id,
        members.living_household_no
    from scenarios
    inner join members on scenarios.month_end_date = members.month_end_date
    group by scenarios.month_end_date, scenarios.scenario_id, members.living_household_no
    having
        bool_or(members.needs_care)
        and bool_or(members.age_at_most < scenarios.child_age_under)
        and bool_or(
            members.age_at_least >= scenarios.adult_age_from and members.age_at_most <= scenarios.adult_age_until
        )
),

named as (
    select
        month_end_date,
        scenario_id,
        living_household_no,
        bool_or(code_set = 'named') as is_named,
        -- Childcare and care may be named by two consultations, of two members.
        bool_or(code_set = 'child_sign') and bool_or(code_set = 'care_sign') as has_both_signs
    from signs
    group by month_end_date, scenario_id, living_household_no
),

confirmed as (
    select
        named.month_end_date,
        named.scenario_id,
        named.living_household_no
    from named
    left join structural
        on
            named.month_end_date = structural.month_end_date
            and named.scenario_id = structural.scenario_id
            and named.living_household_no = structural.living_household_no
    where named.is_named or (named.has_both_signs and structural.living_household_no is not null)
)

select
    *,
    'structural' as tier,
    true as holds_without_youtai,
    true as holds_with_youtai
from structural
union all
select
    *,
    'confirmed' as tier,
    true as holds_without_youtai,
    true as holds_with_youtai
from confirmed

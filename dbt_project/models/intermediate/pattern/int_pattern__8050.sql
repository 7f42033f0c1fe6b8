-- One row a living household, month end M, scenario and tier of the pattern 8050.
with scenarios as (
    select
        month_end_date,
        scenario_id,
        {{ setting('pattern_8050_parent_age_from') }} as parent_age_from,
        {{ setting('pattern_8050_child_age_from') }} as child_age_from,
        {{ setting('pattern_8050_child_age_until') }} as child_age_until,
        {{ setting('pattern_8050_gap_from') }} as gap_from,
        {{ setting('pattern_8050_gap_until') }} as gap_until,
        {{ setting('pattern_8050_young_age_from') }} as young_age_from,
        {{ setting('pattern_consultation_days') }} as consultation_days
    from {{ ref('int_pattern__scenario') }}
    where pattern = '8050'
    group by month_end_date, scenario_id
),

members as (
    select * from {{ ref('int_pattern__candidate') }}
    where may_be_8050
),

signs as (
    select * from {{ ref('int_pattern__sign') }}
    where pattern = '8050'
),

pairs as (
    select
        scenarios.month_end_date,
        scenarios.scenario_id,
        parent.living_household_no
    from scenarios
    inner join members as parent
        on scenarios.month_end_date = parent.month_end_date and scenarios.parent_age_from <= parent.age_at_least
    inner join members as child
        on
            parent.month_end_date = child.month_end_date
            and parent.living_household_no = child.living_household_no
            and scenarios.child_age_from <= child.age_at_least
            and scenarios.child_age_until >= child.age_at_most
            -- The parent's completed years at the child's birth, certain where a birth date is partly known.
            and {{ completed_years('parent.birth_date_latest', 'child.birth_date_earliest') }} >= scenarios.gap_from
            and {{ completed_years('parent.birth_date_earliest', 'child.birth_date_latest') }} <= scenarios.gap_until
    where child.is_without_spouse
),

young as (
    select
        scenarios.month_end_date,
        scenarios.scenario_id,
        members.living_household_no
    from scenarios
    inner join members
        on
            scenarios.month_end_date = members.month_end_date
            and scenarios.young_age_from <= members.age_at_least
            -- Nobody aged 18-39: up to where the middle-aged child's years begin.
            and scenarios.child_age_from > members.age_at_most
),

structural as (
    select distinct pairs.*
    from pairs
    left join young
        on
            pairs.month_end_date = young.month_end_date
            and pairs.scenario_id = young.scenario_id
            and pairs.living_household_no = young.living_household_no
    -- Where a young adult lives too, somebody else may carry the household.
    where young.living_household_no is null
),

confirmed as (
    select distinct
        scenarios.month_end_date,
        scenarios.scenario_id,
        signs.living_household_no
    from scenarios
    inner join signs
        on scenarios.month_end_date = signs.month_end_date and scenarios.consultation_days > signs.days_ago
    left join structural
        on
            scenarios.month_end_date = structural.month_end_date
            and scenarios.scenario_id = structural.scenario_id
            and signs.living_household_no = structural.living_household_no
    -- A consultation that names the pattern is enough, living together or not; a sign of it is only with it.
    where signs.code_set = 'named' or structural.living_household_no is not null
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

-- One row a living household, month end M, scenario and tier of the pattern young_carer, without youtai and with it.
with scenarios as (
    select
        month_end_date,
        scenario_id,
        {{ setting('pattern_young_carer_child_age_from') }} as child_age_from,
        {{ setting('pattern_young_carer_child_age_until') }} as child_age_until,
        {{ setting('pattern_young_carer_adult_age_from') }} as adult_age_from,
        {{ setting('pattern_young_carer_adult_age_until') }} as adult_age_until,
        {{ setting('pattern_young_carer_adults_at_most') }} as adults_at_most,
        {{ setting('pattern_consultation_days') }} as consultation_days
    from {{ ref('int_pattern__scenario') }}
    where pattern = 'young_carer'
    group by month_end_date, scenario_id
),

candidates as (
    select * from {{ ref('int_pattern__candidate') }}
    where may_be_young_carer
),

signs as (
    select * from {{ ref('int_pattern__sign') }}
    where pattern = 'young_carer'
),

youtai as (
    select
        cases.month_end_date,
        members.living_household_no
    from {{ ref('int_youtai__at_month') }} as cases
    inner join {{ ref('int_record__linked') }} as records
        on cases.record_key = records.record_key and records.feed = 'youtai'
    inner join {{ ref('int_member__described') }} as members
        on cases.month_end_date = members.month_end_date and records.resident_no = members.resident_no
    where
        cases.is_young_carer
        and {{ has_begun('cases.accepted_on', 'cases.month_end_date') }}
        and not {{ has_ended('cases.closed_on', 'cases.month_end_date') }}
),

members as (
    select
        scenarios.scenario_id,
        scenarios.adults_at_most,
        candidates.*,
        coalesce(
            candidates.age_at_least >= scenarios.child_age_from
            and candidates.age_at_most <= scenarios.child_age_until, false
        ) as may_care,
        candidates.needs_care or candidates.has_handbook as may_be_cared_for,
        coalesce(
            candidates.age_at_least >= scenarios.adult_age_from
            and candidates.age_at_most <= scenarios.adult_age_until, false
        ) and not candidates.has_need as is_free_adult
    from scenarios
    inner join candidates on scenarios.month_end_date = candidates.month_end_date
),

structural as (
    select
        month_end_date,
        scenario_id,
        living_household_no
    from members
    group by month_end_date, scenario_id, living_household_no
    having
        bool_or(may_care)
        and bool_or(may_be_cared_for)
        -- Nobody is cared for by themselves: of the two there must be two.
        and count(*) filter (where may_care or may_be_cared_for) >= 2
        and count(*) filter (where is_free_adult) <= max(adults_at_most)
),

named as (
    select
        scenarios.month_end_date,
        scenarios.scenario_id,
        signs.living_household_no,
        true as holds_without_youtai
    from scenarios
    inner join signs
        on scenarios.month_end_date = signs.month_end_date and scenarios.consultation_days > signs.days_ago
    union all
    select
        scenarios.month_end_date,
        scenarios.scenario_id,
        youtai.living_household_no,
        false as holds_without_youtai
    from scenarios
    inner join youtai on scenarios.month_end_date = youtai.month_end_date
)

select
    *,
    'structural' as tier,
    true as holds_without_youtai,
    true as holds_with_youtai
from structural
union all
select
    month_end_date,
    scenario_id,
    living_household_no,
    'confirmed' as tier,
    bool_or(holds_without_youtai) as holds_without_youtai,
    true as holds_with_youtai
from named
group by month_end_date, scenario_id, living_household_no

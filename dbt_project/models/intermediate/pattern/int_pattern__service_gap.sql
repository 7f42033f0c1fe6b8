-- One row a living household, month end M, scenario and tier of the pattern service_gap, without youtai and with it.
with scenarios as (
    select
        month_end_date,
        scenario_id,
        {{ setting('pattern_consultation_days') }} as consultation_days
    from {{ ref('int_pattern__scenario') }}
    where pattern = 'service_gap'
    group by month_end_date, scenario_id
),

consultations as (
    select * from {{ ref('int_pattern__consultation') }}
),

signs as (
    select * from {{ ref('int_pattern__sign') }}
    where pattern = 'service_gap'
),

consulted as (
    select
        month_end_date,
        living_household_no,
        min(days_ago) as days_ago
    from consultations
    -- Who lives in a facility is left out as if not living there, contacts included.
    where not in_facility
    group by month_end_date, living_household_no
),

needs as (
    select
        consulted.month_end_date,
        consulted.living_household_no,
        bool_or(need.domain_count >= 1) as has_need,
        bool_or(need.domain_count_with_youtai >= 1) as has_need_with_youtai
    from consulted
    inner join {{ ref('int_member__described') }} as member
        on
            consulted.month_end_date = member.month_end_date
            and consulted.living_household_no = member.living_household_no
    inner join {{ ref('int_person_need__at_month') }} as need
        on member.month_end_date = need.month_end_date and member.resident_no = need.resident_no
    where not member.in_facility
    group by consulted.month_end_date, consulted.living_household_no
)

select
    scenarios.month_end_date,
    scenarios.scenario_id,
    consulted.living_household_no,
    'structural' as tier,
    not coalesce(needs.has_need, false) as holds_without_youtai,
    not coalesce(needs.has_need_with_youtai, false) as holds_with_youtai
from scenarios
inner join consulted
    on scenarios.month_end_date = consulted.month_end_date and scenarios.consultation_days > consulted.days_ago
left join needs
    on
        consulted.month_end_date = needs.month_end_date
        and consulted.living_household_no = needs.living_household_no
where not coalesce(needs.has_need and needs.has_need_with_youtai, false)
union all
select distinct
    scenarios.month_end_date,
    scenarios.scenario_id,
    signs.living_household_no,
    'confirmed' as tier,
    true as holds_without_youtai,
    true as holds_with_youtai
from scenarios
inner join signs
    on scenarios.month_end_date = signs.month_end_date and scenarios.consultation_days > signs.days_ago

-- One row a living household, month end M, scenario and tier of the pattern isolation.
with scenarios as (
    select
        month_end_date,
        scenario_id,
        {{ setting('pattern_isolation_age_from') }} as age_from,
        {{ setting('pattern_isolation_score_under') }} as score_under,
        {{ setting('pattern_consultation_days') }} as consultation_days,
        {{ setting('contact_days') }} as contact_days
    from {{ ref('int_pattern__scenario') }}
    where pattern = 'isolation'
    group by month_end_date, scenario_id
),

alone as (
    select * from {{ ref('int_pattern__candidate') }}
    where may_be_isolation
),

contacts as (
    select * from {{ ref('int_contact__in_window') }}
),

services as (
    select * from {{ ref('int_service__at_month') }}
),

signs as (
    select * from {{ ref('int_pattern__sign') }}
    where pattern = 'isolation'
),

assessed as (
    select
        members.living_household_no,
        assessment.*
    from {{ ref('int_assessment__last') }} as assessment
    inner join {{ ref('int_member__described') }} as members
        on assessment.month_end_date = members.month_end_date and assessment.resident_no = members.resident_no
),

unreached as (
    select
        scenarios.month_end_date,
        scenarios.scenario_id,
        alone.living_household_no
    from scenarios
    inner join alone
        on scenarios.month_end_date = alone.month_end_date and scenarios.age_from <= alone.age_at_least
    left join contacts
        on
            scenarios.month_end_date = contacts.month_end_date
            and scenarios.contact_days = contacts.contact_days
            and alone.resident_no = contacts.resident_no
    left join services
        on scenarios.month_end_date = services.month_end_date and alone.resident_no = services.resident_no
    -- No contact of any feed in the window up to M, and no service at M.
    where contacts.resident_no is null and services.resident_no is null
),

confirmed as (
    select
        scenarios.month_end_date,
        scenarios.scenario_id,
        signs.living_household_no
    from scenarios
    inner join signs
        on scenarios.month_end_date = signs.month_end_date and scenarios.consultation_days > signs.days_ago
    union
    select
        scenarios.month_end_date,
        scenarios.scenario_id,
        assessed.living_household_no
    from scenarios
    inner join assessed
        on
            scenarios.month_end_date = assessed.month_end_date
            and scenarios.consultation_days > assessed.days_ago
            and scenarios.score_under > assessed.isolation_score
)

select
    *,
    'structural' as tier,
    true as holds_without_youtai,
    true as holds_with_youtai
from unreached
union all
select
    *,
    'confirmed' as tier,
    true as holds_without_youtai,
    true as holds_with_youtai
from confirmed

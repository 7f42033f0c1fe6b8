-- One row a living household, month end M and scenario of the pattern unseen, without youtai and with it.
with scenarios as (
    select
        month_end_date,
        scenario_id,
        {{ setting('contact_days') }} as contact_days
    from {{ ref('int_pattern__scenario') }}
    where pattern = 'unseen'
    group by month_end_date, scenario_id
),

compound as (
    select * from {{ ref('int_pattern__compound') }}
)

select
    scenarios.month_end_date,
    scenarios.scenario_id,
    compound.living_household_no,
    'structural' as tier,
    compound.is_compound_at_home as holds_without_youtai,
    true as holds_with_youtai
from scenarios
inner join compound
    on scenarios.month_end_date = compound.month_end_date and scenarios.contact_days = compound.contact_days
where
    not compound.has_contact
    and not compound.has_open_plan
    and not compound.has_conference
    and not compound.has_service

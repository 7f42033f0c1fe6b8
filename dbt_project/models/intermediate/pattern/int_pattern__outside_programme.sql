-- One row a living household and month end M of the pattern outside_programme, without youtai and with it.
with compound as (
    select * from {{ ref('int_pattern__compound') }}
)

select
    month_end_date,
    'default' as scenario_id,
    living_household_no,
    'structural' as tier,
    is_compound_at_home as holds_without_youtai,
    true as holds_with_youtai
from compound
-- Only what the programme itself does counts; most of these households have services.
where not has_soudan_plan and not has_support_action and not has_conference

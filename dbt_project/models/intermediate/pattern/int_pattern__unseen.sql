-- One row a living household and month end M of the pattern unseen, without youtai and with it.
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
where not has_contact and not has_open_plan and not has_conference and not has_service

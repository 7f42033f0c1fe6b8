-- One row a time that a case went from one agency to another: the days between their actions.
with actions as (
    -- Not the fact: it leaves out where protected persons were supported, and they are counted here.
    select
        case_id,
        acted_on_earliest as acted_on,
        agency_code
    from {{ ref('int_support_action__current') }}
),

ordered as (
    select
        case_id,
        acted_on,
        agency_code,
        lag(acted_on) over (partition by case_id order by acted_on, agency_code) as previous_acted_on,
        lag(agency_code) over (partition by case_id order by acted_on, agency_code) as previous_agency_code
    from actions
)

select
    case_id,
    acted_on,
    {{ days_between('previous_acted_on', 'acted_on') }} as days
from ordered
where agency_code <> previous_agency_code

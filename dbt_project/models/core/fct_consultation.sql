-- One row a soudan consultation (総合相談), as last told, as analysts may see it.
with consultations as (
    select * from {{ ref('int_consultation__described') }}
)

select
    case_id,
    -- Person and household lead to an area: where the place is withheld, the case stands alone.
    case when not is_withheld then person_id end as person_id,
    received_on,
    desk_code,
    route,
    consent,
    theme,
    scheme_fit,
    desks_visited,
    emergency_on,
    topics,
    issues,
    has_elderly_topic,
    has_disability_topic,
    has_child_topic,
    has_poverty_topic,
    topic_domain_count,
    intake_month_end_date,
    case when not is_withheld then household_id end as household_id,
    area_code,
    is_compound_household,
    is_compound_issue,
    first_support_on,
    first_support_kind
from consultations

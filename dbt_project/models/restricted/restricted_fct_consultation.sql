-- One row a soudan consultation (総合相談), as last told, with every issue, desk and area.
{{ config(materialized='view', alias='fct_consultation') }}

with consultations as (
    select * from {{ ref('int_consultation__described') }}
)

select
    case_id,
    person_id,
    received_on,
    restricted_desk_code as desk_code,
    route,
    consent,
    theme,
    scheme_fit,
    desks_visited,
    emergency_on,
    topics,
    restricted_issues as issues,
    has_elderly_topic,
    has_disability_topic,
    has_child_topic,
    has_poverty_topic,
    topic_domain_count,
    intake_month_end_date,
    household_id,
    restricted_area_code as area_code,
    is_withheld,
    is_compound_household,
    is_compound_issue,
    first_support_on,
    first_support_kind
from consultations

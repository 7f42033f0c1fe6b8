-- One row a soudan consultation (総合相談), as last told.
with consultations as (
    select * from {{ ref('int_consultation__current') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
),

hidden as (
    select * from {{ ref('int_person__hidden') }}
),

identified as (
    select * from {{ ref('int_household__identified') }}
)

select
    consultations.case_id,
    cases.person_id,
    consultations.received_on_earliest as received_on,
    -- A desk has a place: where a protected person was received is not told.
    case when hidden.resident_no is null then consultations.desk_code end as desk_code,
    consultations.route,
    consultations.consent,
    consultations.theme,
    consultations.scheme_fit,
    cast(consultations.desks_visited as integer) as desks_visited,
    consultations.emergency_on_earliest as emergency_on,
    consultations.topics,
    consultations.issues,
    themed.has_elderly_topic,
    themed.has_disability_topic,
    themed.has_child_topic,
    themed.has_poverty_topic,
    themed.topic_domain_count,
    placed.intake_month_end_date,
    identified.household_id,
    placed.area_code,
    coalesce(placed.is_compound_household, false) as is_compound_household,
    coalesce(placed.is_compound_household, false)
    or themed.topic_domain_count >= {{ threshold('kpi_compound_topic_domains_from') }} as is_compound_issue,
    supported.first_support_on,
    supported.first_support_kind
from consultations
inner join cases on consultations.case_id = cases.case_id
inner join {{ ref('int_consultation__themed') }} as themed on consultations.case_id = themed.case_id
left join hidden on cases.resident_no = hidden.resident_no
left join {{ ref('int_consultation__placed') }} as placed on consultations.case_id = placed.case_id
left join identified
    on
        placed.intake_month_end_date = identified.month_end_date
        and placed.living_household_no = identified.living_household_no
left join {{ ref('int_consultation__supported') }} as supported on consultations.case_id = supported.case_id

-- One row a soudan consultation, as last told: all that is known of it, and the place that others may see.
with consultations as (
    select * from {{ ref('int_consultation__current') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
),

identified as (
    select * from {{ ref('int_household__identified') }}
),

withheld as (
    select * from {{ ref('int_consultation__withheld') }}
)

select
    consultations.case_id,
    cases.person_id,
    consultations.received_on_earliest as received_on,
    -- Of protected persons and in cases of violence neither desk nor area is told.
    case when withheld.case_id is null then consultations.desk_code end as desk_code,
    consultations.desk_code as restricted_desk_code,
    consultations.route,
    consultations.consent,
    consultations.theme,
    consultations.scheme_fit,
    cast(consultations.desks_visited as integer) as desks_visited,
    consultations.emergency_on_earliest as emergency_on,
    consultations.topics,
    shown.issues,
    consultations.issues as restricted_issues,
    themed.has_elderly_topic,
    themed.has_disability_topic,
    themed.has_child_topic,
    themed.has_poverty_topic,
    themed.topic_domain_count,
    placed.intake_month_end_date,
    identified.household_id,
    case when withheld.case_id is null then placed.area_code end as area_code,
    placed.restricted_area_code,
    withheld.case_id is not null as is_withheld,
    coalesce(placed.is_compound_household, false) as is_compound_household,
    coalesce(placed.is_compound_household, false)
    or themed.topic_domain_count >= {{ threshold('kpi_compound_topic_domains_from') }} as is_compound_issue,
    supported.first_support_on,
    supported.first_support_kind
from consultations
inner join cases on consultations.case_id = cases.case_id
inner join {{ ref('int_consultation__themed') }} as themed on consultations.case_id = themed.case_id
left join {{ ref('int_consultation__placed') }} as placed on consultations.case_id = placed.case_id
left join identified
    on
        placed.intake_month_end_date = identified.month_end_date
        and placed.living_household_no = identified.living_household_no
left join {{ ref('int_consultation__supported') }} as supported on consultations.case_id = supported.case_id
left join {{ ref('int_consultation__shown') }} as shown on consultations.record_key = shown.record_key
left join withheld on consultations.case_id = withheld.case_id

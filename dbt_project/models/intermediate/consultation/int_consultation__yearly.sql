-- One row a soudan consultation and month end M that it was received in the year up to.
{{ config(materialized='view') }}

with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

consultations as (
    select * from {{ ref('int_consultation__described') }}
)

select
    months.month_end_date,
    consultations.case_id,
    consultations.person_id,
    consultations.received_on,
    consultations.desk_code,
    consultations.route,
    consultations.consent,
    consultations.theme,
    consultations.scheme_fit,
    consultations.desks_visited,
    consultations.emergency_on,
    consultations.has_elderly_topic,
    consultations.has_disability_topic,
    consultations.has_child_topic,
    consultations.has_poverty_topic,
    consultations.topic_domain_count,
    consultations.intake_month_end_date,
    consultations.household_id,
    consultations.area_code,
    consultations.is_compound_household,
    consultations.is_compound_issue,
    consultations.first_support_on,
    consultations.first_support_kind,
    -- What has not happened by M is not known at M.
    case when consultations.first_support_on <= months.month_end_date then consultations.first_support_on end
        as first_support_by_month
from months
inner join consultations
    on
        {{ days_before('months.month_end_date', threshold('year_days')) }} < consultations.received_on
        and months.month_end_date >= consultations.received_on

-- One row a living household and month end M, with youtai's needs and the area of protected persons too.
{{ config(materialized='view', alias='fct_household_month') }}

with households as (
    select * from {{ ref('int_household__masked') }}
),

identified as (
    select * from {{ ref('int_household__identified') }}
)

select
    households.month_end_date,
    identified.household_id,
    households.restricted_area_code as area_code,
    households.household_type,
    households.member_count,
    households.has_elderly_need,
    households.has_disability_need,
    households.has_child_need_with_youtai as has_child_need,
    households.has_poverty_need,
    households.domain_count_with_youtai as domain_count,
    households.domain_count_with_youtai >= 1 as is_in_need,
    households.domain_count_with_youtai >= 2 as is_compound,
    households.compound_kind_with_youtai as compound_kind
from households
inner join identified
    on
        households.month_end_date = identified.month_end_date
        and households.living_household_no = identified.living_household_no

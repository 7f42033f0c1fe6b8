-- One row a living household and month end M, as analysts may see it.
{{ config(materialized='view') }}

with households as (
    select * from {{ ref('int_household__masked') }}
),

identified as (
    select * from {{ ref('int_household__identified') }}
)

select
    households.month_end_date,
    identified.household_id,
    households.area_code,
    households.household_type,
    households.member_count,
    households.has_elderly_need,
    households.has_disability_need,
    households.has_child_need,
    households.has_poverty_need,
    households.domain_count,
    households.is_in_need,
    households.is_compound,
    households.compound_kind
from households
inner join identified
    on
        households.month_end_date = identified.month_end_date
        and households.living_household_no = identified.living_household_no

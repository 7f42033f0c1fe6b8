-- One row a living household and month end M, with the area of protected persons' households too.
{{ config(materialized='view', alias='fct_household_month') }}

with households as (
    select * from {{ ref('int_household__at_month') }}
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
    households.domain_count >= 1 as is_in_need,
    households.domain_count >= 2 as is_compound,
    -- One person has all needs of the household, or they fall on several.
    case
        when households.domain_count < 2 then null
        when households.most_domains_of_a_member = households.domain_count then 'one_person'
        else 'across_members'
    end as compound_kind
from households
inner join identified on households.living_household_no = identified.household_no

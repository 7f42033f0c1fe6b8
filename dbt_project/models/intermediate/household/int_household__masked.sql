-- One row a living household and month end M: as known to the restricted zone, and the area that others may see.
{{ config(materialized='view') }}

with households as (
    select * from {{ ref('int_household__at_month') }}
),

protected as (
    select * from {{ ref('int_household__protected') }}
)

select
    households.month_end_date,
    households.living_household_no,
    -- A protected person's household counts for the whole municipality and has no area, in any month.
    case when protected.living_household_no is null then households.area_code end as area_code,
    households.area_code as restricted_area_code,
    households.household_type,
    households.member_count,
    households.has_elderly_need,
    households.has_disability_need,
    households.has_child_need,
    households.has_child_need_with_youtai,
    households.has_poverty_need,
    households.domain_count,
    households.domain_count_with_youtai,
    households.domain_count >= 1 as is_in_need,
    households.domain_count >= 2 as is_compound,
    {{ kind_of_compound('households.domain_count', 'households.most_domains_of_a_member') }} as compound_kind,
    {{ kind_of_compound('households.domain_count_with_youtai', 'households.most_domains_of_a_member_with_youtai') }}
        as compound_kind_with_youtai
from households
left join protected
    on
        households.month_end_date = protected.month_end_date
        and households.living_household_no = protected.living_household_no

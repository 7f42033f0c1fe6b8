-- One row a living household and month end M, as analysts may see it.
{{ config(materialized='view') }}

with households as (
    select * from {{ ref('restricted_fct_household_month') }}
),

protected as (
    select
        household.month_end_date,
        identified.household_id
    from {{ ref('int_household__protected') }} as household
    inner join {{ ref('int_household__identified') }} as identified
        on household.living_household_no = identified.household_no
)

select
    households.month_end_date,
    households.household_id,
    -- A protected person's household counts for the whole municipality and has no area, in any month.
    case when protected.household_id is null then households.area_code end as area_code,
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
left join protected
    on
        households.month_end_date = protected.month_end_date
        and households.household_id = protected.household_id

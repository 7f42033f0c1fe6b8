-- One row a month end M, area (or ALL), household type (or ALL) and set of needs: how many living households.
with counted as (
    select * from {{ ref('int_household__counted') }}
),

areas as (
    select area_code from {{ ref('dim_area') }}
    union all
    select 'ALL' as area_code
),

household_types as (
    select household_type from {{ ref('household_type') }}
    union all
    select 'ALL' as household_type
)

-- A household counts once under its own area and once under ALL; without an area under ALL alone.
select
    counted.month_end_date,
    areas.area_code,
    household_types.household_type,
    counted.has_elderly_need,
    counted.has_disability_need,
    counted.has_child_need,
    counted.has_poverty_need,
    counted.domain_count,
    cast(sum(counted.household_count) as bigint) as household_count,
    cast(
        coalesce(sum(counted.household_count) filter (where counted.compound_kind = 'one_person'), 0) as bigint
    ) as compound_one_person_count,
    cast(
        coalesce(sum(counted.household_count) filter (where counted.is_single_person), 0) as bigint
    ) as single_person_count
from counted
inner join areas on counted.area_code = areas.area_code or areas.area_code = 'ALL'
inner join household_types
    on counted.household_type = household_types.household_type or household_types.household_type = 'ALL'
group by all

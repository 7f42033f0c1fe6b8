-- One row a month end M and area: living households, those in need and those with compound needs.
with cells as (
    select * from {{ ref('int_household__cubed') }}
    where household_type = 'ALL'
),

grid as (
    select
        month_end_date,
        area_code
    from {{ ref('int_month_area__celled') }}
),

covered as (
    select
        month_end_date,
        reason
    from {{ ref('int_figure__covered') }}
    -- Needs of all domains rest on the same feeds.
    where figure_id = 'overlap_compound_share'
)

select
    grid.month_end_date,
    grid.area_code,
    cast(coalesce(sum(cells.household_count), 0) as bigint) as household_count,
    cast(coalesce(sum(cells.single_person_count), 0) as bigint) as single_person_count,
    cast(coalesce(sum(cells.household_count) filter (where cells.domain_count >= 1), 0) as bigint) as in_need_count,
    cast(coalesce(sum(cells.household_count) filter (where cells.domain_count >= 2), 0) as bigint) as compound_count,
    cast(
        coalesce(sum(cells.household_count) filter (where cells.domain_count >= 3), 0) as bigint
    ) as three_or_more_count,
    cast(coalesce(sum(cells.compound_one_person_count), 0) as bigint) as compound_one_person_count,
    max(covered.reason) as reason
from grid
left join cells on grid.month_end_date = cells.month_end_date and grid.area_code = cells.area_code
left join covered on grid.month_end_date = covered.month_end_date
group by grid.month_end_date, grid.area_code

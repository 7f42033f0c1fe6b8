-- One row a month end M, area, household type, combination of domains and match; cells of zero are there.
with cells as (
    select * from {{ ref('int_household__cubed') }}
),

household_types as (
    select household_type from {{ ref('household_type') }}
    union all
    select 'ALL' as household_type
),

matches as (
    select 'exact' as match
    union all
    select 'at_least' as match
),

grid as (
    select
        areas.month_end_date,
        areas.area_code,
        household_types.household_type,
        combinations.*,
        matches.match
    from {{ ref('int_month_area__celled') }} as areas
    cross join household_types
    cross join {{ ref('domain_combination') }} as combinations
    cross join matches
),

counted as (
    select
        grid.month_end_date,
        grid.area_code,
        grid.household_type,
        grid.domains,
        grid.match,
        grid.label,
        coalesce(sum(cells.household_count) filter (
            where cells.has_elderly_need >= grid.has_elderly_need
            and cells.has_disability_need >= grid.has_disability_need
            and cells.has_child_need >= grid.has_child_need
            and cells.has_poverty_need >= grid.has_poverty_need
            -- `at_least` takes households with these domains or more, `exact` those with no other.
            and (grid.match = 'at_least' or cells.domain_count = grid.domain_count)
        ), 0) as household_count,
        coalesce(sum(cells.household_count) filter (where cells.domain_count >= 1), 0) as in_need_count,
        coalesce(sum(cells.household_count), 0) as household_total
    from grid
    left join cells
        on
            grid.month_end_date = cells.month_end_date
            and grid.area_code = cells.area_code
            and grid.household_type = cells.household_type
    group by all
),

covered as (
    select
        month_end_date,
        is_complete,
        reason
    from {{ ref('int_figure__covered') }}
    -- Needs of all domains rest on the same feeds.
    where figure_id = 'overlap_compound_share'
)

select
    counted.month_end_date,
    counted.area_code,
    counted.household_type,
    counted.domains,
    counted.match,
    counted.label,
    cast(counted.household_count as bigint) as household_count,
    -- Nobody in need: there is no share, not a share of 0.
    cast(counted.household_count as double) / nullif(counted.in_need_count, 0) as share_of_in_need,
    cast(counted.in_need_count as bigint) as in_need_count,
    cast(counted.household_total as bigint) as household_total,
    covered.reason,
    covered.is_complete
from counted
left join covered on counted.month_end_date = covered.month_end_date

-- One row a month end M, area (or ALL), pattern and tier: how many living households; cells of zero are there.
with tiers as (
    select * from {{ ref('pattern') }}
),

areas as (
    select area_code from {{ ref('dim_area') }}
    union all
    select 'ALL' as area_code
),

grid as (
    select
        months.month_end_date,
        areas.area_code,
        tiers.*
    from {{ ref('int_month__spined') }} as months
    cross join areas
    cross join tiers
),

-- A household counts once under its own area and once under ALL; without an area under ALL alone.
counted as (
    select
        households.month_end_date,
        areas.area_code,
        households.pattern,
        households.tier,
        count(*) as household_count
    from {{ ref('fct_pattern_month') }} as households
    inner join areas on households.area_code = areas.area_code or areas.area_code = 'ALL'
    group by households.month_end_date, areas.area_code, households.pattern, households.tier
),

covered as (
    select
        coverage.month_end_date,
        feeds.pattern,
        feeds.tier,
        count(*) as feed_count,
        count(*) filter (where coverage.status = 'current') as current_feed_count,
        string_agg(case when coverage.status <> 'current' then coverage.feed end, ';' order by coverage.feed)
            as feeds_not_current
    from {{ ref('pattern_feed') }} as feeds
    inner join {{ ref('feed_coverage') }} as coverage on feeds.feed = coverage.feed
    group by coverage.month_end_date, feeds.pattern, feeds.tier
)

select
    grid.month_end_date,
    grid.area_code,
    grid.pattern,
    grid.tier,
    grid.label,
    cast(coalesce(counted.household_count, 0) as bigint) as household_count,
    cast(coalesce(covered.feed_count, 0) as integer) as feed_count,
    cast(coalesce(covered.current_feed_count, 0) as integer) as current_feed_count,
    covered.feeds_not_current
from grid
left join counted
    on
        grid.month_end_date = counted.month_end_date
        and grid.area_code = counted.area_code
        and grid.pattern = counted.pattern
        and grid.tier = counted.tier
left join covered
    on
        grid.month_end_date = covered.month_end_date
        and grid.pattern = covered.pattern
        and grid.tier = covered.tier

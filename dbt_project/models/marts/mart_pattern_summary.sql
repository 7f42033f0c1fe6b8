-- One row a month end M, area (or ALL), pattern and tier: how many living households; cells of zero are there.
with tiers as (
    select * from {{ ref('pattern') }}
),

areas as (
    select
        month_end_date,
        area_code
    from {{ ref('int_month_area__celled') }}
),

grid as (
    select
        areas.month_end_date,
        areas.area_code,
        tiers.*
    from areas
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
    inner join areas on {{ is_of_area('households', 'areas') }}
    group by households.month_end_date, areas.area_code, households.pattern, households.tier
),

-- A feed of several tables is one feed.
feed_states as (
    select
        month_end_date,
        feed,
        bool_and(status = 'current') as is_current,
        bool_and(status = 'missing' or status = 'not_used') as is_missing
    from {{ ref('feed_coverage') }}
    group by month_end_date, feed
),

covered as (
    select
        states.month_end_date,
        feeds.pattern,
        feeds.tier,
        count(*) as feed_count,
        count(*) filter (where states.is_current) as current_feed_count,
        string_agg(case when not states.is_current then feeds.feed end, ';' order by feeds.feed) as feeds_not_current,
        bool_or(states.is_missing and feeds.is_essential) as is_unknown
    from {{ ref('pattern_feed') }} as feeds
    inner join feed_states as states on feeds.feed = states.feed
    group by states.month_end_date, feeds.pattern, feeds.tier
)

select
    grid.month_end_date,
    grid.area_code,
    grid.pattern,
    grid.tier,
    grid.label,
    -- Without a feed that the tier can't do without there is no number, not even 0.
    case when not coalesce(covered.is_unknown, false) then cast(coalesce(counted.household_count, 0) as bigint) end
        as household_count,
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

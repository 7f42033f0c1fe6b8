-- One row a tier of a pattern, setting and value of it, at the newest month end: how many living households then.
with newest as (
    select max(month_end_date) as month_end_date from {{ ref('int_month__spined') }}
),

settings as (
    select scenario.*
    from newest
    inner join {{ ref('int_pattern__scenario') }} as scenario on newest.month_end_date = scenario.month_end_date
),

moved as (
    select distinct
        pattern,
        threshold_id
    from {{ ref('pattern_sensitivity') }}
),

tiers as (
    select * from {{ ref('pattern') }}
),

thresholds as (
    select * from {{ ref('threshold') }}
),

untold as (
    select
        summary.pattern,
        summary.tier
    from newest
    inner join {{ ref('mart_pattern_summary') }} as summary on newest.month_end_date = summary.month_end_date
    where summary.area_code = 'ALL' and summary.household_count is null
),

counted as (
    select
        decided.scenario_id,
        decided.pattern,
        decided.tier,
        count(*) as household_count
    from newest
    inner join {{ ref('int_pattern__decided') }} as decided on newest.month_end_date = decided.month_end_date
    -- What only the child-protection council knows stays in the restricted zone.
    where decided.holds_without_youtai
    group by decided.scenario_id, decided.pattern, decided.tier
)

select
    settings.month_end_date,
    settings.pattern,
    tiers.tier,
    tiers.label,
    settings.threshold_id as parameter,
    thresholds.reason as parameter_label,
    settings.value as parameter_value,
    thresholds.unit,
    case when untold.pattern is null then cast(coalesce(counted.household_count, 0) as bigint) end as household_count,
    settings.scenario_id = 'default' as is_default
from settings
inner join moved on settings.pattern = moved.pattern and settings.threshold_id = moved.threshold_id
inner join tiers on settings.pattern = tiers.pattern
inner join thresholds on settings.threshold_id = thresholds.threshold_id
left join counted
    on
        settings.scenario_id = counted.scenario_id
        and settings.pattern = counted.pattern
        and tiers.tier = counted.tier
left join untold on settings.pattern = untold.pattern and tiers.tier = untold.tier
-- A scenario stands beside the default under the one setting that it moves.
where settings.scenario_id = 'default' or settings.threshold_id = settings.moved_threshold_id

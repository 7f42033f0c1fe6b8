-- One row a month end M, pattern, scenario and setting: what the setting is there.
with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

newest as (
    select max(month_end_date) as month_end_date from months
),

settings as (
    select
        threshold_id,
        value
    from {{ ref('threshold') }}
    where
        {% for threshold_id in pattern_settings() -%}
            {{ 'or ' if not loop.first }}threshold_id = '{{ threshold_id }}'
        {% endfor %}
),

patterns as (
    select distinct pattern from {{ ref('pattern') }}
),

moved as (
    select
        moved.pattern,
        moved.threshold_id,
        moved.value
    from {{ ref('pattern_sensitivity') }} as moved
    inner join settings on moved.threshold_id = settings.threshold_id
    -- A municipality may have made one of the listed values its own.
    where moved.value <> settings.value
),

scenarios as (
    select
        months.month_end_date,
        patterns.pattern,
        'default' as scenario_id,
        cast(null as varchar) as moved_threshold_id,
        cast(null as double) as moved_value
    from months
    cross join patterns
    union all
    -- Every month as the settings stand; moved ones cost as much again, so only where the newest numbers are read.
    select
        newest.month_end_date,
        moved.pattern,
        moved.threshold_id || '=' || cast(moved.value as varchar) as scenario_id,
        moved.threshold_id as moved_threshold_id,
        moved.value as moved_value
    from newest
    cross join moved
)

select
    scenarios.month_end_date,
    scenarios.pattern,
    scenarios.scenario_id,
    scenarios.moved_threshold_id,
    settings.threshold_id,
    case
        when settings.threshold_id = scenarios.moved_threshold_id then scenarios.moved_value
        else settings.value
    end as value
from scenarios
cross join settings

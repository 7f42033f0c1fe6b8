-- One row an indicator of the brief on participation and community and month end M.
with months as (
    select
        month_end_date,
        {{ days_before('month_end_date', threshold('year_days')) }} as year_begins_after
    from {{ ref('int_month__spined') }}
),

population as (
    select
        month_end_date,
        count(*) as resident_count
    from {{ ref('int_resident__at_month') }}
    group by month_end_date
),

participations as (
    select
        months.month_end_date,
        activities.held_on,
        activities.activity_kind
    from months
    -- Where nobody took part the count is 0; whether anything was delivered the mart looks up.
    left join {{ ref('fct_participation') }} as activities
        on months.year_begins_after < activities.held_on and months.month_end_date >= activities.held_on
),

participation as (
    select
        month_end_date,
        count(held_on) as activity_count,
        count(*) filter (where {{ is_in_code_set('activity_kind', 'participation_work') }}) as work_count,
        count(*) filter (where {{ is_in_code_set('activity_kind', 'participation_place') }}) as place_count
    from participations
    group by month_end_date
),

groups as (
    select
        resident_groups.month_end_date,
        count(*) filter (
            where resident_groups.is_resident_led
            and resident_groups.registered_on_earliest > months.year_begins_after
            and resident_groups.registered_on_earliest <= months.month_end_date
        ) as created_count
    from months
    inner join {{ ref('int_group__at_month') }} as resident_groups
        on months.month_end_date = resident_groups.month_end_date
    group by resident_groups.month_end_date
),

places as (
    select
        month_end_date,
        -- A place open to people of two or more domains is where resources meet.
        count(*) filter (
            where {{ is_open('opened_on', 'closed_on', 'month_end_date') }}
            and {{ code_count('target_groups') }} >= {{ threshold('cross_domain_targets_from') }}
        ) as cross_domain_count
    from {{ ref('int_place__at_month') }}
    group by month_end_date
)

select
    participation.month_end_date,
    {{ each_figure({
        'participation_support_rate': '100000.0 * participation.activity_count / nullif(population.resident_count, 0)',
        'participation_work_share': percent('participation.work_count', 'participation.activity_count'),
        'participation_place_share': percent('participation.place_count', 'participation.activity_count')
    }) }}
from participation
left join population on participation.month_end_date = population.month_end_date
union all
select
    groups.month_end_date,
    'resident_led_activity_rate' as indicator_id,
    100000.0 * groups.created_count / nullif(population.resident_count, 0) as value
from groups
inner join population on groups.month_end_date = population.month_end_date
union all
select
    places.month_end_date,
    'cross_domain_place_rate' as indicator_id,
    100000.0 * places.cross_domain_count / nullif(population.resident_count, 0) as value
from places
inner join population on places.month_end_date = population.month_end_date

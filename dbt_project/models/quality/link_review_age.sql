-- One row a feed, reason and age class: pairs that wait for a reviewer, by the newest base date of the warehouse.
with pairs as (
    select * from {{ ref('int_link_pair__queued') }}
),

classes as (
    select * from {{ ref('link_age_class') }}
),

terms as (
    select * from {{ ref('link_term') }}
    where kind = 'reason'
),

-- The clock would give another table every day: the newest day that a delivery in force tells of is today.
today as (
    select max(base_date) as as_of_date
    from {{ source('ledger', 'delivery') }}
    where in_force
),

aged as (
    select
        pairs.feed,
        pairs.reason,
        pairs.queued_on,
        today.as_of_date,
        greatest({{ days_between('pairs.queued_on', 'today.as_of_date') }}, 0) as age_days
    from pairs
    cross join today
),

counted as (
    select
        aged.feed,
        aged.reason,
        classes.age_class,
        classes.label as age_class_label,
        classes.is_late,
        classes.sort_order,
        aged.as_of_date,
        count(*) as pair_count,
        min(aged.queued_on) as oldest_queued_on
    from aged
    inner join classes on {{ is_in_class('aged.age_days', 'classes.days_from', 'classes.days_under') }}
    group by all
)

select
    counted.feed,
    counted.reason,
    -- A municipality's own spec may name vetoes that no term explains.
    coalesce(terms.label, counted.reason) as reason_label,
    terms.meaning as reason_meaning,
    counted.age_class,
    counted.age_class_label,
    counted.is_late,
    counted.sort_order,
    cast(counted.pair_count as bigint) as pair_count,
    counted.oldest_queued_on,
    counted.as_of_date
from counted
left join terms on counted.reason = terms.code

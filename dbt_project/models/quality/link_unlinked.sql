-- One row a feed and role: what share of the records is linked to nobody, beside what is tolerated.
with methods as (
    select * from {{ ref('link_method') }}
),

outside as (
    select * from {{ ref('unlinked') }}
),

terms as (
    select * from {{ ref('link_term') }}
    where kind = 'unlinked'
),

counted as (
    select
        feed,
        role,
        max(record_total) as record_total,
        cast(coalesce(sum(linked_count) filter (where method = 'unlinked'), 0) as bigint) as unlinked_count
    from methods
    group by feed, role
),

shared as (
    select
        *,
        cast(unlinked_count as double) / record_total as unlinked_share,
        {{ threshold('link_unlinked_at_most') }} as share_at_most
    from counted
),

judged as (
    select
        *,
        case when unlinked_share > share_at_most then 'over' else 'within' end as status
    from shared
)

select
    judged.feed,
    judged.role,
    judged.record_total,
    judged.unlinked_count,
    judged.unlinked_share,
    cast(judged.share_at_most as double) as share_at_most,
    outside.record_count as outside_register_count,
    judged.status,
    terms.label as status_label
from judged
left join outside on judged.feed = outside.feed and judged.role = outside.role
left join terms on judged.status = terms.code

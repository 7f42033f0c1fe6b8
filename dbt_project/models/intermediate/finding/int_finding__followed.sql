-- One row a record, rule, column and file in force in which the record breaks the rule: since when, and until when.
with told as (
    select * from {{ ref('int_finding__told') }}
),

looked as (
    select * from {{ ref('int_finding__looked') }}
),

seen as (
    select
        table_name,
        record_mark,
        check_kind,
        column_name,
        is_fault,
        is_secret,
        delivery_id
    from told
    group by all
),

numbered as (
    select
        seen.*,
        looked.base_date,
        looked.next_on,
        looked.turn,
        lag(looked.turn) over finding as turn_before,
        lead(looked.turn) over finding as turn_after,
        min(looked.base_date) over (
            partition by seen.table_name, seen.record_mark, seen.check_kind, seen.column_name
        ) as first_seen_on,
        count(*) over (
            partition by seen.table_name, seen.record_mark, seen.check_kind, seen.column_name
        ) as deliveries_seen
    from seen
    inner join looked
        on
            seen.table_name = looked.table_name
            and seen.record_mark = looked.record_mark
            and seen.delivery_id = looked.delivery_id
    window
        finding as (
            partition by seen.table_name, seen.record_mark, seen.check_kind, seen.column_name order by looked.turn
        )
)

select
    table_name,
    record_mark,
    check_kind,
    column_name,
    is_fault,
    is_secret,
    delivery_id,
    base_date,
    next_on,
    first_seen_on,
    deliveries_seen,
    turn_before is null as is_first,
    -- Told of as good, or not told of, in between: it came back.
    coalesce(turn > turn_before + 1, false) as is_return,
    next_on is not null and coalesce(turn_after > turn + 1, true) as is_mended_next
from numbered

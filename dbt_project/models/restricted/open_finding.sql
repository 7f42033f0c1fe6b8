-- One row a bad or doubtful value that stands in the newest file telling of its record: for its office to mend.
with told as (
    select * from {{ ref('int_finding__told') }}
),

followed as (
    select * from {{ ref('int_finding__followed') }}
    -- A later file has told of the record since: mended, gone, or in a row of its own.
    where next_on is null
),

returns as (
    select
        table_name,
        record_mark,
        check_kind,
        column_name,
        count(*) filter (where is_return) as times_returned
    from {{ ref('int_finding__followed') }}
    group by table_name, record_mark, check_kind, column_name
),

checks as (
    select * from {{ source('ledger', 'check') }}
),

contracts as (
    select * from {{ source('ledger', 'contract') }}
),

-- The clock would give another table every day: the newest day that a delivery in force tells of is today.
today as (
    select max(base_date) as as_of_date
    from {{ source('ledger', 'delivery') }}
    where in_force
)

select
    contracts.owner,
    contracts.feed,
    told.table_name,
    told.is_fault,
    checks.origin,
    checks.dimension,
    told.check_kind,
    checks.label as check_label,
    checks.rule,
    checks.remedy,
    told.column_name,
    told.record_key,
    told.delivered_value,
    told.file_name,
    told.base_date,
    told.line_number,
    followed.first_seen_on,
    followed.deliveries_seen,
    returns.times_returned,
    today.as_of_date,
    greatest({{ days_between('followed.first_seen_on', 'today.as_of_date') }}, 0) as age_days
from told
inner join followed
    on
        told.table_name = followed.table_name
        and told.record_mark = followed.record_mark
        and told.check_kind = followed.check_kind
        and told.column_name = followed.column_name
        and told.delivery_id = followed.delivery_id
inner join returns
    on
        told.table_name = returns.table_name
        and told.record_mark = returns.record_mark
        and told.check_kind = returns.check_kind
        and told.column_name = returns.column_name
inner join contracts on told.table_name = contracts.table_name
left join checks
    on
        told.table_name = checks.table_name
        and told.check_kind = checks.check_kind
        and told.column_name = coalesce(checks.column_name, '')
cross join today

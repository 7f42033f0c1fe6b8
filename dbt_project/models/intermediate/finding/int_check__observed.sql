-- One row a check and a delivery or month end: the share of rows that break it, the number of a verdict, or 0 and 1.
with checks as (
    select * from {{ source('ledger', 'check') }}
),

delivered as (
    select
        *,
        last_day(base_date) as month_end_date
    from {{ source('ledger', 'delivery') }}
    -- A repeat has been looked at before, and what was deleted can't be looked at.
    where status = 'accepted' or status = 'refused'
),

broken as (
    select
        delivery_id,
        reason_code as check_kind,
        column_name,
        count(distinct line_number) as broken_count
    from {{ source('ledger', 'quarantine') }}
    group by delivery_id, reason_code, column_name
    union all
    select
        delivery_id,
        warning_code as check_kind,
        column_name,
        count(distinct line_number) as broken_count
    from {{ source('ledger', 'warning') }}
    group by delivery_id, warning_code, column_name
),

verdicts as (
    select * from {{ source('ledger', 'check_observed') }}
),

coverage as (
    select * from {{ ref('feed_coverage') }}
),

of_rows as (
    select
        checks.check_id,
        delivered.delivery_id,
        coalesce(broken.broken_count, 0) as broken_count,
        coalesce(broken.broken_count, 0) / nullif(cast(delivered.rows_in as double), 0) as observed
    from checks
    inner join delivered on checks.table_name = delivered.table_name
    left join broken
        on
            delivered.delivery_id = broken.delivery_id
            and checks.check_kind = broken.check_kind
            and checks.column_name is not distinct from broken.column_name
    -- The rows of a refused file were not set apart one by one.
    where checks.scope = 'row' and delivered.status = 'accepted'
),

of_files as (
    select
        checks.check_id,
        delivered.delivery_id,
        cast(coalesce(delivered.reason_code = checks.check_kind, false) as integer) as broken_count,
        cast(coalesce(delivered.reason_code = checks.check_kind, false) as double) as observed
    from checks
    inner join delivered on checks.table_name = delivered.table_name
    where checks.scope = 'file'
),

of_batches as (
    select
        checks.check_id,
        delivered.delivery_id,
        cast(null as bigint) as broken_count,
        verdicts.observed
    from checks
    inner join delivered on checks.table_name = delivered.table_name
    inner join verdicts on delivered.delivery_id = verdicts.delivery_id and checks.measure = verdicts.measure
    where checks.scope = 'batch'
),

together as (
    select * from of_rows
    union all
    select * from of_files
    union all
    select * from of_batches
)

select
    together.check_id,
    together.delivery_id,
    together.broken_count,
    together.observed,
    delivered.file_name,
    delivered.base_date,
    delivered.month_end_date,
    delivered.rows_in
from together
inner join delivered on together.delivery_id = delivered.delivery_id
union all
select
    checks.check_id,
    cast(null as varchar) as delivery_id,
    cast(null as bigint) as broken_count,
    cast(coverage.status = 'current' as double) as observed,
    cast(null as varchar) as file_name,
    coverage.base_date,
    coverage.month_end_date,
    cast(null as bigint) as rows_in
from checks
inner join coverage on checks.table_name = coverage.table_name
where checks.scope = 'month'

-- One row a month end M, table, rule and column: how many records broke the rule at M, since when, and what moved.
with findings as (
    select * from {{ ref('int_month_finding__counted') }}
    -- That such a record exists is itself secret, and so is how many are faulty.
    where not is_secret
),

checks as (
    select * from {{ source('ledger', 'check') }}
),

contracts as (
    select * from {{ source('ledger', 'contract') }}
),

counted as (
    select
        month_end_date,
        table_name,
        check_kind,
        column_name,
        is_fault,
        count(*) filter (where is_open) as open_count,
        count(*) filter (where is_new) as new_count,
        count(*) filter (where is_back) as returned_count,
        count(*) filter (where is_mended) as mended_count,
        min(first_seen_on) filter (where is_open) as oldest_first_seen_on,
        median({{ days_between('first_seen_on', 'month_end_date') }}) filter (where is_open) as median_age_days
    from findings
    group by month_end_date, table_name, check_kind, column_name, is_fault
)

select
    counted.month_end_date,
    contracts.owner,
    contracts.feed,
    counted.table_name,
    counted.check_kind,
    checks.label as check_label,
    counted.column_name,
    counted.is_fault,
    checks.dimension,
    checks.origin,
    counted.open_count,
    counted.new_count,
    counted.returned_count,
    counted.mended_count,
    counted.oldest_first_seen_on,
    cast(counted.median_age_days as double) as median_age_days,
    checks.rule,
    checks.remedy
from counted
inner join contracts on counted.table_name = contracts.table_name
left join checks
    on
        counted.table_name = checks.table_name
        and counted.check_kind = checks.check_kind
        and counted.column_name = coalesce(checks.column_name, '')

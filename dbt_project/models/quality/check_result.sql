-- One row a check of a contract and a delivery (of timeliness: a month end): what was observed, and what is asked.
with checks as (
    select * from {{ source('ledger', 'check') }}
),

contracts as (
    select * from {{ source('ledger', 'contract') }}
    -- That such a record exists is itself secret, and shares of its files tell it.
    where not is_secret
),

observed as (
    select * from {{ ref('int_check__observed') }}
),

asked as (
    select
        checks.*,
        contracts.title
    from checks
    inner join contracts on checks.table_name = contracts.table_name
),

compared as (
    select
        asked.*,
        observed.delivery_id,
        observed.file_name,
        observed.base_date,
        observed.month_end_date,
        observed.rows_in,
        observed.broken_count,
        -- Few rows make a large share of one: the row is told all the same, but the file is not judged by it.
        case when coalesce(observed.rows_in, 0) >= asked.not_under_rows then observed.observed end as judged,
        observed.observed
    from asked
    inner join observed on asked.check_id = observed.check_id
)

select
    month_end_date,
    owner,
    feed,
    table_name,
    title as table_title,
    delivery_id,
    file_name,
    base_date,
    check_id,
    check_kind,
    label as check_label,
    column_name,
    scope,
    dimension,
    origin,
    rule,
    observed,
    at_least,
    at_most,
    broken_count,
    rows_in,
    case
        when judged is null then 'no_data'
        when judged < at_least or judged > at_most then 'outside'
        else 'within'
    end as status,
    severity,
    remedy
from compared

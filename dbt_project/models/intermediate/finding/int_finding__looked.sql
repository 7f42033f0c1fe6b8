-- One row a record with a finding and a file in force that tells of it: the first, the second … and when the next came.
with findings as (
    select distinct
        table_name,
        part,
        kind,
        record_mark
    from {{ ref('int_finding__told') }}
),

told as (
    select distinct
        table_name,
        record_mark,
        delivery_id
    from {{ ref('int_finding__told') }}
    where kind <> 'full'
),

versions as (
    select
        table_name,
        delivery_id,
        {{ text_key('record_key') }} as record_mark
    from {{ source('ledger', 'version') }}
),

deliveries as (
    select * from {{ source('ledger', 'delivery') }}
    where in_force
),

-- A full file tells of every record, by what it holds and by what it no longer holds.
of_full as (
    select
        findings.table_name,
        findings.record_mark,
        deliveries.delivery_id,
        deliveries.base_date,
        deliveries.sequence
    from findings
    inner join deliveries on findings.table_name = deliveries.table_name and findings.part = deliveries.part
    where findings.kind = 'full'
),

-- Any other tells of the records that it holds, good or bad.
holding as (
    select * from told
    union
    select distinct
        versions.table_name,
        versions.record_mark,
        versions.delivery_id
    from versions
    inner join findings on versions.table_name = findings.table_name and versions.record_mark = findings.record_mark
),

of_others as (
    select
        holding.table_name,
        holding.record_mark,
        deliveries.delivery_id,
        deliveries.base_date,
        deliveries.sequence
    from holding
    inner join deliveries on holding.delivery_id = deliveries.delivery_id
),

together as (
    select * from of_full
    union all
    select * from of_others
)

select
    table_name,
    record_mark,
    delivery_id,
    base_date,
    row_number() over (partition by table_name, record_mark order by base_date, sequence, delivery_id) as turn,
    lead(base_date) over (partition by table_name, record_mark order by base_date, sequence, delivery_id) as next_on
from together

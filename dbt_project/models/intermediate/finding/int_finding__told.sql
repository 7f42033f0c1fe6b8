-- One row a bad or doubtful value of a file in force: the line, the rule that it breaks, and whose record it is.
with contracts as (
    select * from {{ source('ledger', 'contract') }}
),

deliveries as (
    select * from {{ source('ledger', 'delivery') }}
    -- What a later file of the same day replaced is mended or told again there.
    where in_force
),

quarantined as (
    select
        delivery_id,
        line_number,
        reason_code as check_kind,
        column_name,
        record_key,
        delivered_value,
        raw_record
    from {{ source('ledger', 'quarantine') }}
),

warned as (
    select
        delivery_id,
        line_number,
        warning_code as check_kind,
        column_name,
        record_key,
        delivered_value,
        cast(null as varchar) as raw_record
    from {{ source('ledger', 'warning') }}
),

together as (
    select
        *,
        true as is_fault
    from quarantined
    union all
    select
        *,
        false as is_fault
    from warned
)

select
    deliveries.table_name,
    deliveries.part,
    deliveries.delivery_id,
    deliveries.file_name,
    deliveries.base_date,
    contracts.kind,
    contracts.is_secret,
    together.line_number,
    together.check_kind,
    coalesce(together.column_name, '') as column_name,
    together.is_fault,
    together.record_key,
    together.delivered_value,
    -- A record without a whole key is known again by its text; what is wrong with a file as a whole has neither.
    {{ text_key("coalesce(together.record_key, 'text ' || together.raw_record, 'file')") }} as record_mark
from together
inner join deliveries on together.delivery_id = deliveries.delivery_id
inner join contracts on deliveries.table_name = contracts.table_name

-- One row a delivered file: what became of it and of its rows.
with deliveries as (
    select * from {{ source('ledger', 'delivery') }}
),

reasons as (
    select * from {{ ref('reason_code') }}
)

select
    deliveries.delivery_id,
    deliveries.feed,
    deliveries.table_name,
    deliveries.part,
    deliveries.file_name,
    deliveries.base_date,
    deliveries.sequence,
    deliveries.status,
    deliveries.reason_code,
    coalesce(deliveries.reason, reasons.label) as reason,
    reasons.label as reason_label,
    reasons.remedy,
    deliveries.rows_in,
    deliveries.rows_loaded,
    deliveries.rows_quarantined,
    deliveries.rows_superseded,
    deliveries.warnings,
    deliveries.in_force as is_in_force
from deliveries
left join reasons on deliveries.reason_code = reasons.code

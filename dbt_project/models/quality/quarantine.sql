-- One row a bad row and reason of an accepted file: where it is and why, never what it says.
with quarantined as (
    select * from {{ source('ledger', 'quarantine') }}
),

reasons as (
    select * from {{ ref('reason_code') }}
)

select
    quarantined.feed,
    quarantined.file_name,
    quarantined.delivery_id,
    quarantined.line_number,
    quarantined.reason_code,
    quarantined.column_name,
    reasons.label as reason_label,
    reasons.remedy
from quarantined
left join reasons on quarantined.reason_code = reasons.code

-- One row a support action (支援記録) and soudan pull.
with source as (
    select * from {{ source('lake', 'soudan_support_action') }}
)

select
    delivery_id,
    base_date,
    record_key,
    line_number,
    action_id,
    consultation_id,
    acted_on_earliest,
    acted_on_latest,
    action_kind,
    agency_code,
    updated_at
from source

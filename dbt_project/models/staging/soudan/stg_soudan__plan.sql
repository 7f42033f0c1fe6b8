-- One row a plan (支援プラン) and soudan pull.
with source as (
    select * from {{ source('lake', 'soudan_plan') }}
)

select
    delivery_id,
    base_date,
    record_key,
    line_number,
    plan_id,
    consultation_id,
    decided_on_earliest,
    decided_on_latest,
    meeting_id,
    agency_codes,
    started_on_earliest,
    started_on_latest,
    reviewed_on_earliest,
    reviewed_on_latest,
    closed_on_earliest,
    closed_on_latest,
    closing_reason,
    updated_at
from source

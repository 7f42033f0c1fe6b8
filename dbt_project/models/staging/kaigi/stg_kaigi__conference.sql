-- One row a conference (会議) and kaigi delivery.
with source as (
    select * from {{ source('lake', 'kaigi') }}
)

select
    delivery_id,
    base_date,
    record_key,
    conference_id,
    conference_kind,
    held_on_earliest,
    held_on_latest,
    area_code,
    agency_codes,
    case_count,
    consultation_ids
from source

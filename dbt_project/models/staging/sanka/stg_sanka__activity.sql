-- One row a participation support (参加支援) and sanka delivery.
with source as (
    select * from {{ source('lake', 'sanka') }}
)

select
    delivery_id,
    base_date,
    record_key,
    line_number,
    activity_id,
    held_on_earliest,
    held_on_latest,
    activity_kind,
    consultation_id,
    agency_code,
    area_code
from source

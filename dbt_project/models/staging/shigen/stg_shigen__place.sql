-- One row a place (居場所) and shigen delivery.
with source as (
    select * from {{ source('lake', 'shigen_place') }}
)

select
    delivery_id,
    base_date,
    record_key,
    place_id,
    place_name,
    place_kind,
    area_code,
    school_district,
    opened_on_earliest,
    opened_on_latest,
    closed_on_earliest,
    closed_on_latest,
    capacity,
    target_groups
from source

-- One row a care certification and kaigo delivery.
with source as (
    select * from {{ source('lake', 'kaigo') }}
)

select
    delivery_id,
    base_date,
    record_key,
    birth_date_earliest,
    birth_date_latest,
    sex,
    care_level,
    valid_from_earliest,
    valid_to_latest,
    dementia_level,
    uses_service,
    in_facility
from source

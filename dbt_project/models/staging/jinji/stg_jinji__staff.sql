-- One row a supporter (職員) and jinji delivery.
with source as (
    select * from {{ source('lake', 'jinji_staff') }}
)

select
    delivery_id,
    base_date,
    record_key,
    staff_id,
    agency_code,
    staff_role,
    employed_from_earliest,
    employed_from_latest,
    employed_to_earliest,
    employed_to_latest
from source

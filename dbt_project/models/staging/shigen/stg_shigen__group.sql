-- One row a group (団体) and shigen delivery.
with source as (
    select * from {{ source('lake', 'shigen_group') }}
)

select
    delivery_id,
    base_date,
    record_key,
    group_id,
    group_name,
    area_code,
    is_resident_led,
    registered_on_earliest,
    registered_on_latest,
    abolished_on_earliest,
    abolished_on_latest,
    subsidy_yen
from source

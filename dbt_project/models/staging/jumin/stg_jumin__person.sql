-- One row a person of the register and jumin delivery; names and addresses stay in the lake, their keys go on.
with source as (
    select * from {{ source('lake', 'jumin') }}
)

select
    delivery_id,
    base_date,
    resident_no,
    register_household_no,
    surname_kana_key,
    address_key,
    address_block_key,
    address_door_key,
    town_code,
    birth_date_earliest,
    birth_date_latest,
    sex,
    relationship_code,
    resident_status,
    movement_reason,
    moved_on_earliest,
    moved_on_latest
from source

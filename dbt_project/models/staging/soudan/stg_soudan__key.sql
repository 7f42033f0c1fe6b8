-- One row a key that the source still has and soudan key list.
with source as (
    select * from {{ source('lake', 'soudan_key') }}
)

select
    delivery_id,
    base_date,
    record_key,
    table_name,
    source_key
from source

-- One row a town and chiku delivery.
with source as (
    select * from {{ source('lake', 'chiku') }}
)

select
    delivery_id,
    base_date,
    town_code,
    area_code,
    area_name,
    school_district
from source

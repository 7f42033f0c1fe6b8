-- One row a response to the survey (意識調査の回答) and ishiki delivery.
with source as (
    select * from {{ source('lake', 'ishiki') }}
)

select
    delivery_id,
    base_date,
    record_key,
    response_id,
    age_class,
    sex,
    area_code,
    cast(knows_desk as integer) as knows_desk,
    cast(takes_part as integer) as takes_part,
    cast(mutual_help as integer) as mutual_help,
    cast(lsns_1 as integer) as lsns_1,
    cast(lsns_2 as integer) as lsns_2,
    cast(lsns_3 as integer) as lsns_3,
    cast(lsns_4 as integer) as lsns_4,
    cast(lsns_5 as integer) as lsns_5,
    cast(lsns_6 as integer) as lsns_6,
    is_foreign
from source

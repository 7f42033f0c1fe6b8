-- One row a post (機関・職種) and jinji delivery.
with source as (
    select * from {{ source('lake', 'jinji_post') }}
)

select
    delivery_id,
    base_date,
    record_key,
    as_of_date_earliest,
    as_of_date_latest,
    agency_code,
    occupation,
    required_fte,
    filled_fte,
    qualified_fte,
    is_coordination_post
from source

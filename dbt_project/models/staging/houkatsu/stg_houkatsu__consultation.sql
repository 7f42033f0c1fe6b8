-- One row a consultation of a centre (地域包括支援センター) and houkatsu delivery; what was done stays in the lake.
with source as (
    select * from {{ source('lake', 'houkatsu') }}
)

select
    delivery_id,
    base_date,
    record_key,
    line_number,
    centre,
    received_on_earliest,
    received_on_latest,
    birth_date_earliest,
    birth_date_latest,
    sex,
    requested_by,
    topics,
    care_level
from source

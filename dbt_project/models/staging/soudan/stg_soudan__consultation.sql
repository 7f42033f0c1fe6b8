-- One row a consultation (相談) and soudan pull.
with source as (
    select * from {{ source('lake', 'soudan_consultation') }}
)

select
    delivery_id,
    base_date,
    record_key,
    line_number,
    consultation_id,
    received_on_earliest,
    received_on_latest,
    birth_date_earliest,
    birth_date_latest,
    sex,
    desk_code,
    route,
    consent,
    topics,
    issues,
    theme,
    scheme_fit,
    desks_visited,
    emergency_on_earliest,
    emergency_on_latest,
    updated_at
from source

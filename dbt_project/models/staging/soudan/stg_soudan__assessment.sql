-- One row an assessment (アセスメント) and soudan pull.
with source as (
    select * from {{ source('lake', 'soudan_assessment') }}
)

select
    delivery_id,
    base_date,
    record_key,
    line_number,
    assessment_id,
    consultation_id,
    assessed_on_earliest,
    assessed_on_latest,
    isolation_score,
    updated_at
from source

-- One row an answer to the questionnaire (アンケートの回答) and enquete delivery.
with source as (
    select * from {{ source('lake', 'enquete') }}
)

select
    delivery_id,
    base_date,
    record_key,
    line_number,
    answer_id,
    answered_on_earliest,
    answered_on_latest,
    respondent_kind,
    consultation_id,
    cast(satisfaction as integer) as satisfaction,
    is_multi_agency
from source

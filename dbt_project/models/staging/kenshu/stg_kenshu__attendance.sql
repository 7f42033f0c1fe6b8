-- One row an attendance of a training (研修の受講) and kenshu delivery.
with source as (
    select * from {{ source('lake', 'kenshu') }}
)

select
    delivery_id,
    base_date,
    record_key,
    line_number,
    attendance_id,
    training_name,
    training_kind,
    held_on_earliest,
    held_on_latest,
    attendee_kind,
    attendee_id,
    is_completed,
    score
from source

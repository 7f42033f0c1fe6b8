-- One row a support case (自立相談支援) and konkyu delivery.
with source as (
    select * from {{ source('lake', 'konkyu') }}
)

select
    delivery_id,
    base_date,
    record_key,
    received_on_earliest,
    received_on_latest,
    birth_date_earliest,
    birth_date_latest,
    sex,
    route,
    topics,
    issues,
    screening_result,
    consent,
    housing,
    work,
    plan_made_on_earliest,
    plan_made_on_latest,
    evaluated_on_earliest,
    evaluated_on_latest,
    evaluation,
    changes_seen,
    closed_on_earliest,
    closed_on_latest
from source

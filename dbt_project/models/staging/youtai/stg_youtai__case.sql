-- One row a child known to the council (要対協) and youtai delivery.
with source as (
    select * from {{ source('lake', 'youtai') }}
)

select
    delivery_id,
    base_date,
    record_key,
    birth_date_earliest,
    birth_date_latest,
    case_kind,
    abuse_kind,
    is_young_carer,
    care_kinds,
    accepted_on_earliest,
    accepted_on_latest,
    closed_on_earliest,
    closed_on_latest
from source

-- One row a handbook or disability service decision and shogai delivery.
with source as (
    select * from {{ source('lake', 'shogai') }}
)

select
    delivery_id,
    base_date,
    record_key,
    birth_date_earliest,
    birth_date_latest,
    handbook_kind,
    issued_on_earliest,
    returned_on_latest,
    support_category,
    service_kind,
    service_from_earliest,
    service_to_latest
from source

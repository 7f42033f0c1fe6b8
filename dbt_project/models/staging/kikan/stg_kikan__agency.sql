-- One row an agency or desk and kikan delivery.
with source as (
    select * from {{ source('lake', 'kikan') }}
)

select
    delivery_id,
    base_date,
    record_key,
    agency_code,
    agency_name,
    field_kind,
    area_code,
    is_general_desk,
    opened_on_earliest,
    closed_on_latest,
    agreement_from_earliest,
    agreement_to_latest
from source

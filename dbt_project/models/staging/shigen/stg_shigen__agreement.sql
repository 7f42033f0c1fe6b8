-- One row an agreement (見守り協定) and shigen delivery.
with source as (
    select * from {{ source('lake', 'shigen_agreement') }}
)

select
    delivery_id,
    base_date,
    record_key,
    agreement_id,
    organisation_name,
    industry,
    concluded_on_earliest,
    concluded_on_latest,
    ended_on_earliest,
    ended_on_latest
from source

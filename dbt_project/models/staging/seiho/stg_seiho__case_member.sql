-- One row a member of a public assistance case and seiho delivery.
with source as (
    select * from {{ source('lake', 'seiho') }}
)

select
    delivery_id,
    base_date,
    record_key,
    birth_date_earliest,
    birth_date_latest,
    sex,
    started_on_earliest,
    suspended_on_latest,
    suspension_lifted_on_earliest,
    abolished_on_latest,
    household_kind
from source

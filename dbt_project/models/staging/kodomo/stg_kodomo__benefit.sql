-- One row a child's benefit or school aid and kodomo delivery.
with source as (
    select * from {{ source('lake', 'kodomo') }}
)

select
    delivery_id,
    base_date,
    record_key,
    benefit_status,
    certified_on_earliest,
    ends_on_latest,
    school_aid_kind,
    school_aid_year
from source

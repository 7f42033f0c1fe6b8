-- One row a pair of records that a reviewer has decided, youtai's left out.
with decisions as (
    select * from {{ source('link', 'decision') }}
)

select
    left_record_id,
    right_record_id,
    decision = 'must_link' as is_one_person,
    cast(probability as double) as probability
from decisions
-- That a youtai case exists is itself secret.
where {{ is_told_without_youtai('left_record_id', 'right_record_id') }}

-- One row a soudan consultation and issue (課題) that it names; houkatsu names none.
with records as (
    select * from {{ ref('int_consultation__current') }}
)

select
    'soudan' as feed,
    record_key,
    {{ each_code('issues') }} as issue
from records

-- One row a soudan or houkatsu consultation and topic that it names.
with records as (
    select
        'soudan' as feed,
        record_key,
        topics
    from {{ ref('int_consultation__current') }}
    union all
    select
        'houkatsu' as feed,
        record_key,
        topics
    from {{ ref('int_houkatsu__current') }}
)

select
    feed,
    record_key,
    {{ each_code('topics') }} as topic
from records

-- One row an indicator of the brief that no feed can answer, with the reason: asked for, and not forgotten.
with indicators as (
    select * from {{ ref('unanswered_indicator') }}
)

select
    indicator_id,
    label,
    label_en,
    unit,
    cast(null as double) as value,
    'no_data' as status,
    reason,
    would_answer,
    sort_order
from indicators

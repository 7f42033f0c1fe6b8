-- One row an indicator: its wording, unit, target and version.
with indicators as (
    select * from {{ ref('kpi') }}
)

select
    kpi_id,
    measure_no,
    measure_ja,
    measure_en,
    level,
    name_ja,
    name_en,
    unit,
    direction,
    target,
    baseline,
    period,
    source_ja,
    numerator as numerator_en,
    denominator as denominator_en,
    numerator_ja,
    denominator_ja,
    definition_version,
    feeds,
    feeds_beside,
    has_areas,
    is_annual_count,
    sort_order,
    note_ja
from indicators

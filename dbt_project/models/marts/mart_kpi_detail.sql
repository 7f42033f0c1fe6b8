-- One row an indicator, month end M, area and measure that is shown beside the indicator's value.
with measured as (
    {{ all_details() }}
),

measures as (
    select * from {{ ref('kpi_measure') }}
),

untold as (
    select
        kpi_id,
        period_end_date
    from {{ ref('int_kpi__covered') }}
    where missing_feeds is not null or silent_feeds is not null
)

select
    measured.kpi_id,
    measured.period_end_date,
    measured.area_code,
    measured.measure,
    -- What the indicator itself can't tell, its details can't either.
    case when untold.kpi_id is null then measured.value end as value,
    measures.unit,
    measures.label_ja
from measured
inner join measures on measured.kpi_id = measures.kpi_id and measured.measure = measures.measure
left join untold on measured.kpi_id = untold.kpi_id and measured.period_end_date = untold.period_end_date

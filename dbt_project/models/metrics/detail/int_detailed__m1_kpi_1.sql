-- One row a month end M, area and measure beside M1-KPI-1: median days, share within 5 days, who still waits.
with cells as (
    {{ kpi_cells('m1_kpi_1') }}
),

measured as (
    select
        cells.period_end_date,
        cells.area_code,
        median(cast(counted.numerator_amount as double)) as median_days,
        100.0 * count(*) filter (
            where counted.subgroup = 'begun' and counted.numerator_amount <= {{ threshold('kpi_prompt_support_days') }}
        ) / nullif(count(counted.case_ref), 0) as prompt_share,
        case
            when count(counted.case_ref) > 0 then count(*) filter (where counted.subgroup = 'waiting')
        end as waiting_count
    from cells
    left join {{ ref('int_counted__m1_kpi_1') }} as counted on {{ is_of_cell('counted', 'cells') }}
    group by cells.period_end_date, cells.area_code
)

select
    period_end_date,
    area_code,
    'median_days' as measure,
    cast(median_days as double) as value
from measured
union all
select
    period_end_date,
    area_code,
    'prompt_share' as measure,
    cast(prompt_share as double) as value
from measured
union all
select
    period_end_date,
    area_code,
    'waiting_count' as measure,
    cast(waiting_count as double) as value
from measured

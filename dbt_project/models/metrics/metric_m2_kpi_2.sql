-- One row a month end M and area: M2-KPI-2 支援期間の短縮率, mean days now against those of the base year.
with cells as (
    {{ kpi_cells('m2_kpi_2') }}
),

means as (
    select
        cells.period_end_date,
        cells.area_code,
        avg(cast(counted.numerator_amount as double)) filter (where counted.subgroup = 'base') as base_days,
        avg(cast(counted.numerator_amount as double)) filter (where counted.subgroup = 'present') as present_days
    from cells
    left join {{ ref('int_counted__m2_kpi_2') }} as counted on {{ is_of_cell('counted', 'cells') }}
    group by cells.period_end_date, cells.area_code
),

summed as (
    select
        period_end_date,
        area_code,
        base_days - present_days as numerator,
        base_days as denominator
    from means
)

{{ metric_of_sums(100) }}

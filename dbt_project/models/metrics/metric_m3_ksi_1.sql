-- One row a month end M and area: M3-KSI-1 地域の居場所設置数, places a junior high school district.
with cells as (
    {{ kpi_cells('m3_ksi_1') }}
),

summed as (
    select
        cells.period_end_date,
        cells.area_code,
        coalesce(sum(counted.numerator_amount), 0) as numerator,
        -- A district whose towns lie in two areas is one district of the municipality.
        count(distinct counted.subgroup) filter (where counted.denominator_amount > 0) as denominator
    from cells
    left join {{ ref('int_counted__m3_ksi_1') }} as counted on {{ is_of_cell('counted', 'cells') }}
    group by cells.period_end_date, cells.area_code
)

{{ metric_of_sums() }}

-- One row a month end M, area and measure beside M3-KSI-1: the least served district, and districts at target.
with cells as (
    {{ kpi_cells('m3_ksi_1') }}
),

counted as (
    select * from {{ ref('int_counted__m3_ksi_1') }}
),

districts as (
    select distinct
        cells.period_end_date,
        cells.area_code,
        counted.subgroup as school_district
    from cells
    inner join counted on {{ is_of_cell('counted', 'cells') }}
    where counted.denominator_amount > 0
),

served as (
    select
        districts.period_end_date,
        districts.area_code,
        districts.school_district,
        coalesce(sum(counted.numerator_amount), 0) as place_count
    from districts
    left join counted
        on {{ is_of_cell('counted', 'districts') }} and districts.school_district = counted.subgroup
    group by districts.period_end_date, districts.area_code, districts.school_district
),

measured as (
    select
        served.period_end_date,
        served.area_code,
        min(served.place_count) as fewest,
        100.0 * count(*) filter (where served.place_count >= kpi.target) / count(*) as share_at_target
    from served
    inner join {{ ref('kpi') }} as kpi on kpi.kpi_id = '{{ kpi_id('m3_ksi_1') }}'
    group by served.period_end_date, served.area_code
)

select
    period_end_date,
    area_code,
    'fewest_places' as measure,
    cast(fewest as double) as value
from measured
union all
select
    period_end_date,
    area_code,
    'share_at_target' as measure,
    cast(share_at_target as double) as value
from measured

-- One row a month end M, area and measure beside M2-KGI-2: the users' and the supporters' shares and answers.
with cells as (
    {{ kpi_cells('m2_kgi_2') }}
),

sides as (
    select 'user' as side
    union all
    select 'supporter' as side
),

measured as (
    select
        cells.period_end_date,
        cells.area_code,
        sides.side,
        count(counted.subgroup) as answer_count,
        count(*) filter (where counted.is_numerator) as satisfied_count
    from cells
    cross join sides
    left join {{ ref('int_counted__m2_kgi_2') }} as counted
        on {{ is_of_cell('counted', 'cells') }} and sides.side = counted.subgroup
    group by cells.period_end_date, cells.area_code, sides.side
)

select
    period_end_date,
    area_code,
    side || '_share' as measure,
    100 * cast(satisfied_count as double) / nullif(answer_count, 0) as value
from measured
union all
select
    period_end_date,
    area_code,
    side || '_answers' as measure,
    cast(answer_count as double) as value
from measured

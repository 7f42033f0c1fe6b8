-- One row a month end M and area: M2-KSI-1 重層的支援会議の定期開催率, months held of months elapsed.
with cells as (
    {{ kpi_cells('m2_ksi_1') }}
),

periods as (
    select * from {{ ref('int_period__reckoned') }}
),

held as (
    select
        cells.period_end_date,
        cells.area_code,
        -- A month counts once, however many conferences it saw.
        count(distinct extract(month from counted.occurred_on)) as numerator
    from cells
    left join {{ ref('int_counted__m2_ksi_1') }} as counted on {{ is_of_cell('counted', 'cells') }}
    group by cells.period_end_date, cells.area_code
),

summed as (
    select
        held.*,
        periods.months_elapsed as denominator
    from held
    inner join periods on held.period_end_date = periods.period_end_date
)

{{ metric_of_sums(100) }}

-- One row a month end M and area: M2-KGI-2 多機関連携による支援の満足度, the mean of two sides' shares.
with cells as (
    {{ kpi_cells('m2_kgi_2') }}
),

sides as (
    select
        cells.period_end_date,
        cells.area_code,
        count(*) filter (where counted.subgroup = 'user') as user_count,
        count(*) filter (where counted.subgroup = 'supporter') as supporter_count,
        count(*) filter (where counted.subgroup = 'user' and counted.is_numerator) as satisfied_user_count,
        count(*) filter (where counted.subgroup = 'supporter' and counted.is_numerator) as satisfied_supporter_count
    from cells
    left join {{ ref('int_counted__m2_kgi_2') }} as counted on {{ is_of_cell('counted', 'cells') }}
    group by cells.period_end_date, cells.area_code
),

averaged as (
    select
        *,
        -- Without answers of one side there is no mean of both.
        (
            cast(satisfied_user_count as double) / nullif(user_count, 0)
            + cast(satisfied_supporter_count as double) / nullif(supporter_count, 0)
        ) / 2 as mean_share
    from sides
),

summed as (
    select
        period_end_date,
        area_code,
        -- Both sides count by half, however many answered: so numerator / denominator is the value here too.
        mean_share * (user_count + supporter_count) as numerator,
        user_count + supporter_count as denominator
    from averaged
)

{{ metric_of_sums(100) }}

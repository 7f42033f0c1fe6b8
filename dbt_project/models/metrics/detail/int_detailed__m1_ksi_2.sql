-- One row a month end M, area and measure beside M1-KSI-2: full-time equivalents filled, qualified or not.
with cells as (
    {{ kpi_cells('m1_ksi_2') }}
),

measured as (
    select
        cells.period_end_date,
        cells.area_code,
        sum({{ amount('posts.filled_fte') }}) as filled_fte,
        sum({{ amount('posts.required_fte') }}) as required_fte
    from cells
    left join {{ ref('int_post__at_month') }} as posts on cells.period_end_date = posts.month_end_date
    group by cells.period_end_date, cells.area_code
)

select
    period_end_date,
    area_code,
    'filled_fte' as measure,
    cast(filled_fte as double) as value
from measured
union all
select
    period_end_date,
    area_code,
    'filled_share' as measure,
    100 * cast(filled_fte as double) / nullif(cast(required_fte as double), 0) as value
from measured

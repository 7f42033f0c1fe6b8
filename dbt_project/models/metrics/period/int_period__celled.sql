-- One row a month end M and area, ALL included: the cells that an indicator by area must fill.
with cells as (
    select * from {{ ref('int_month_area__celled') }}
)

select
    month_end_date as period_end_date,
    area_code
from cells

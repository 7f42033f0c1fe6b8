-- One row a month end M and area, ALL included: the cells that an indicator by area must fill.
with months as (
    select period_end_date from {{ ref('int_period__reckoned') }}
),

areas as (
    select area_code from {{ ref('dim_area') }}
    union all
    select 'ALL' as area_code
)

select
    months.period_end_date,
    areas.area_code
from months
cross join areas

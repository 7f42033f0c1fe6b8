-- One row a month end M and area, or ALL: the rows that a table by area must have.
{{ config(materialized='view') }}

with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

areas as (
    select
        area_code,
        area_name
    from {{ ref('dim_area') }}
    union all
    select
        'ALL' as area_code,
        '合計' as area_name
)

select
    months.month_end_date,
    areas.area_code,
    areas.area_name
from months
cross join areas

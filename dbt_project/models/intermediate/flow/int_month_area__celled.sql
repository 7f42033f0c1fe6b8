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
),

-- Until the list of areas (chiku) has come nobody lives in any: there is no number of an area, not even 0.
located as (
    select distinct deliveries.month_end_date
    from {{ ref('int_month__delivered') }} as deliveries
    inner join {{ ref('stg_chiku__town') }} as town on deliveries.delivery_id = town.delivery_id
)

select
    located.month_end_date,
    areas.area_code,
    areas.area_name
from located
cross join areas
union all
select
    month_end_date,
    'ALL' as area_code,
    '合計' as area_name
from months

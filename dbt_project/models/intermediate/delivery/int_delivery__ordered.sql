-- One row a delivery in force: its place in time among all of them.
{{ config(materialized='view') }}

with deliveries as (
    select * from {{ source('ledger', 'delivery') }}
    where in_force
)

select
    delivery_id,
    table_name,
    dense_rank() over (order by base_date, sequence) as delivery_order
from deliveries

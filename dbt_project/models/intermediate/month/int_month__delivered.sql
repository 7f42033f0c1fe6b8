-- One row a month end M and full feed (and part): the delivery that tells its state at M.
{{ config(materialized='view') }}

with deliveries as (
    select * from {{ source('ledger', 'month_delivery') }}
)

select
    month_end as month_end_date,
    feed,
    part,
    delivery_id,
    base_date
from deliveries

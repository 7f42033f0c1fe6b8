-- One row a delivery and month end M that it tells the state of; without a month where it counts for every one.
{{ config(materialized='view') }}

with deliveries as (
    select * from {{ source('ledger', 'delivery') }}
),

months as (
    select * from {{ source('ledger', 'month_delivery') }}
),

full_tables as (
    select distinct deliveries.table_name
    from deliveries
    inner join months on deliveries.delivery_id = months.delivery_id
)

select
    months.month_end as month_end_date,
    deliveries.feed,
    deliveries.table_name,
    deliveries.delivery_id,
    deliveries.base_date,
    deliveries.sequence
from deliveries
left join months on deliveries.delivery_id = months.delivery_id
left join full_tables on deliveries.table_name = full_tables.table_name
where
    deliveries.in_force
    -- Of a full feed only the delivery that tells a month's state counts; of the others every one does.
    and (months.month_end is not null or full_tables.table_name is null)

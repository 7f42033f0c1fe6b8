-- One row a person of the register with a poverty need (生活困窮) at month end M.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

cases as (
    select * from {{ ref('stg_seiho__case_member') }}
),

records as (
    select * from {{ ref('int_record__linked') }}
)

select distinct
    months.month_end_date,
    records.resident_no
from months
inner join deliveries on months.month_end_date = deliveries.month_end_date and deliveries.feed = 'seiho'
inner join cases on deliveries.delivery_id = cases.delivery_id
inner join records on cases.record_key = records.record_key and records.feed = 'seiho'
where {{ is_assisted('cases', 'months.month_end_date') }}

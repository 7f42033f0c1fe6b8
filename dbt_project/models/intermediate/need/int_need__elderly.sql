-- One row a person of the register with an elderly need (高齢) at month end M.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

certifications as (
    select * from {{ ref('stg_kaigo__certification') }}
),

consultations as (
    select * from {{ ref('int_houkatsu__current') }}
),

records as (
    select * from {{ ref('int_record__linked') }}
),

levels as (
    select code from {{ ref('need_code') }}
    where domain = 'elderly' and field = 'care_level'
)

select
    months.month_end_date,
    records.resident_no
from months
inner join deliveries on months.month_end_date = deliveries.month_end_date and deliveries.feed = 'kaigo'
inner join certifications on deliveries.delivery_id = certifications.delivery_id
inner join levels on certifications.care_level = levels.code
inner join records on certifications.record_key = records.record_key and records.feed = 'kaigo'
-- 有効終了 is the last day in force.
where {{ is_in_force('certifications.valid_from', 'certifications.valid_to', 'months.month_end_date') }}
union
-- Every centre's later word on a consultation counts for earlier months too: kasane.pipeline rebuilds those it changes.
select
    months.month_end_date,
    records.resident_no
from months
inner join consultations
    on {{ is_in_days_up_to('consultations.received_on', threshold('need_houkatsu_days'), 'months.month_end_date') }}
inner join records on consultations.record_key = records.record_key and records.feed = 'houkatsu'

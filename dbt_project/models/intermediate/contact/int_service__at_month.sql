-- One row a person of the register and month end M with a service at M: care, disability service or public assistance.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select delivered.* from {{ ref('int_month__delivered') }} as delivered
    inner join months on delivered.month_end_date = months.month_end_date
),

records as (
    select * from {{ ref('int_record__linked') }}
),

served as (
    select
        deliveries.month_end_date,
        deliveries.feed,
        certifications.record_key
    from deliveries
    inner join {{ ref('stg_kaigo__certification') }} as certifications
        on deliveries.delivery_id = certifications.delivery_id
    where
        -- サービス利用 = 1
        certifications.uses_service
        and {{ is_in_force('certifications.valid_from', 'certifications.valid_to', 'deliveries.month_end_date') }}
    union all
    select
        deliveries.month_end_date,
        deliveries.feed,
        decisions.record_key
    from deliveries
    inner join {{ ref('stg_shogai__decision') }} as decisions on deliveries.delivery_id = decisions.delivery_id
    where
        decisions.service_kind is not null
        and {{ is_in_force('decisions.service_from', 'decisions.service_to', 'deliveries.month_end_date') }}
    union all
    select
        deliveries.month_end_date,
        deliveries.feed,
        cases.record_key
    from deliveries
    inner join {{ ref('stg_seiho__case_member') }} as cases on deliveries.delivery_id = cases.delivery_id
    where {{ is_assisted('cases', 'deliveries.month_end_date') }}
)

select distinct
    served.month_end_date,
    records.resident_no
from served
inner join records on served.feed = records.feed and served.record_key = records.record_key

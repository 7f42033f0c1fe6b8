-- One row a soudan consultation and month end M that it was received in the year up to.
{{ config(materialized='view') }}

with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

consultations as (
    select * from {{ ref('fct_consultation') }}
)

select
    months.month_end_date,
    consultations.*,
    -- What has not happened by M is not known at M.
    case when consultations.first_support_on <= months.month_end_date then consultations.first_support_on end
        as first_support_by_month
from months
inner join consultations
    on
        consultations.received_on > {{ days_before('months.month_end_date', threshold('year_days')) }}
        and consultations.received_on <= months.month_end_date

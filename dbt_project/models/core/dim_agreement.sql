-- One row an agreement with an organisation (協定), as the newest month knows it.
with months as (
    select * from {{ ref('int_month__spined') }}
    where is_newest
),

agreements as (
    select * from {{ ref('int_agreement__at_month') }}
)

select
    agreements.agreement_id,
    agreements.organisation_name,
    agreements.industry,
    agreements.concluded_on_earliest as concluded_on,
    agreements.ended_on_latest as ended_on
from months
inner join agreements on months.month_end_date = agreements.month_end_date

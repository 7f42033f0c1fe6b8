-- One row an agency or desk (機関・窓口), as the newest month knows it.
with months as (
    select * from {{ ref('int_month__spined') }}
    where is_newest
),

agencies as (
    select * from {{ ref('int_agency__at_month') }}
)

select
    agencies.agency_code,
    agencies.agency_name,
    agencies.field_kind,
    agencies.area_code,
    agencies.is_general_desk,
    agencies.opened_on_earliest as opened_on,
    agencies.closed_on_latest as closed_on,
    agencies.agreement_from_earliest as agreement_from,
    agencies.agreement_to_latest as agreement_to
from months
inner join agencies on months.month_end_date = agencies.month_end_date

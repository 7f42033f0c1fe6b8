-- One row an organisation with a watch-over agreement in force at month end M (M3-KSI-2).
with agreements as (
    select
        *,
        coalesce(organisation_name, agreement_id) as organisation
    from {{ ref('int_agreement__at_month') }}
    where {{ is_in_force('concluded_on', 'ended_on', 'month_end_date') }}
)

select
    month_end_date as period_end_date,
    cast(null as varchar) as area_code,
    min(agreement_id) as case_ref,
    min(industry) as subgroup,
    {{ count_amounts() }},
    min(concluded_on_earliest) as occurred_on
from agreements
-- An organisation with several agreements counts once.
group by month_end_date, organisation

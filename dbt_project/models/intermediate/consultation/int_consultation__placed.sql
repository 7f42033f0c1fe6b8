-- One row a soudan consultation: the month end before intake, and the living household then of a resident.
with consultations as (
    select
        consultation.case_id,
        consultation.received_on_earliest as received_on,
        cases.resident_no
    from {{ ref('int_consultation__current') }} as consultation
    inner join {{ ref('int_case__linked') }} as cases on consultation.case_id = cases.case_id
),

months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

intakes as (
    select
        consultations.case_id,
        consultations.resident_no,
        -- Data begin at some month: who came before its end is judged by that end.
        coalesce(
            max(months.month_end_date) filter (where months.month_end_date < consultations.received_on),
            min(months.month_end_date)
        ) as intake_month_end_date
    from consultations
    cross join months
    where consultations.received_on is not null
    group by consultations.case_id, consultations.resident_no
)

select
    intakes.case_id,
    intakes.intake_month_end_date,
    household.living_household_no,
    household.area_code,
    household.restricted_area_code,
    coalesce(household.is_compound, false) as is_compound_household
from intakes
left join {{ ref('int_member__at_month') }} as member
    on intakes.intake_month_end_date = member.month_end_date and intakes.resident_no = member.resident_no
left join {{ ref('int_household__masked') }} as household
    on
        member.month_end_date = household.month_end_date
        and member.living_household_no = household.living_household_no

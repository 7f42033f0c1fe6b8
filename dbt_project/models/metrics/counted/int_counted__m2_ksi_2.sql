-- One row a supporter in post at month end M: whether a multi-professional training was completed (M2-KSI-2).
with staff as (
    select * from {{ ref('int_staff__at_month') }}
    where {{ is_in_force('employed_from', 'employed_to', 'month_end_date') }}
),

trained as (
    select
        periods.period_end_date,
        attendances.attendee_id,
        min(attendances.held_on_earliest) as trained_on
    from {{ ref('int_period__reckoned') }} as periods
    inner join {{ ref('int_attendance__current') }} as attendances
        on {{ in_fiscal_year('attendances.held_on_earliest', 'periods') }}
    where
        attendances.is_completed
        and {{ is_kpi_code('attendances.training_kind', 'training_multi_professional') }}
        and {{ is_kpi_code('attendances.attendee_kind', 'attendee_supporter') }}
    group by periods.period_end_date, attendances.attendee_id
)

select
    staff.month_end_date as period_end_date,
    cast(null as varchar) as area_code,
    -- Who of the staff it is stays in the personnel office.
    cast(null as varchar) as case_ref,
    staff.agency_code as subgroup,
    {{ share_amounts('trained.attendee_id is not null') }},
    trained.trained_on as occurred_on
from staff
left join trained on staff.month_end_date = trained.period_end_date and staff.staff_id = trained.attendee_id

-- One row a resident who completed a leader training in the fiscal year to month end M (M3-KPI-3).
with periods as (
    select * from {{ ref('int_period__reckoned') }}
),

attendances as (
    select * from {{ ref('int_attendance__current') }}
    where
        is_completed
        and {{ is_kpi_code('training_kind', 'training_leader') }}
        and {{ is_kpi_code('attendee_kind', 'attendee_resident') }}
        and attendee_id is not null
)

select
    periods.period_end_date,
    cast(null as varchar) as area_code,
    -- A resident's number stays in the restricted zone.
    cast(null as varchar) as case_ref,
    cast(null as varchar) as subgroup,
    {{ count_amounts() }},
    min(attendances.held_on_earliest) as occurred_on
from periods
inner join attendances on {{ in_fiscal_year('attendances.held_on_earliest', 'periods') }}
-- Who completed several trainings counts once.
group by periods.period_end_date, attendances.attendee_id

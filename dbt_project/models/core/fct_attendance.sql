-- One row an attendance at a training (研修受講), as last told.
with attendances as (
    select * from {{ ref('int_attendance__current') }}
),

supporters as (
    select code from {{ ref('kpi_code') }}
    where code_set = 'attendee_supporter'
),

registered as (
    select * from {{ ref('int_person__registered') }}
)

select
    attendances.held_on_earliest as held_on,
    attendances.training_kind,
    attendances.attendee_kind,
    -- A resident attends under 宛名番号, which stays restricted: the person's pseudonym stands for it.
    case when supporters.code is not null then attendances.attendee_id else registered.person_id end as attendee_key,
    attendances.is_completed,
    attendances.score
from attendances
left join supporters on attendances.attendee_kind = supporters.code
left join registered on attendances.attendee_id = registered.resident_no

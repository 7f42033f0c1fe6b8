-- One row an attendance at a training (研修受講), as last told.
with attendances as (
    select * from {{ ref('int_attendance__current') }}
),

supporters as (
    select code from {{ ref('kpi_code') }}
    where code_set = 'attendee_supporter'
),

supporter_keys as (
    select * from {{ source('link', 'supporter_key') }}
),

registered as (
    select * from {{ ref('int_person__registered') }}
)

select
    attendances.held_on_earliest as held_on,
    attendances.training_kind,
    attendances.attendee_kind,
    -- Under 職員ID or, a resident, 宛名番号, which both stay restricted: a pseudonym stands for it.
    case when supporters.code is not null then supporter_keys.supporter_id else registered.person_id end
        as attendee_key,
    attendances.is_completed,
    attendances.score
from attendances
left join supporters on attendances.attendee_kind = supporters.code
left join supporter_keys on attendances.attendee_id = supporter_keys.attendee_id
left join registered on attendances.attendee_id = registered.resident_no

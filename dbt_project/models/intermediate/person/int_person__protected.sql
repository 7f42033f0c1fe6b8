-- One row a person under a protection measure (支援措置 1 or 2) in any delivery so far.
with register as (
    select * from {{ ref('stg_jumin__person') }}
),

lifted as (
    select * from {{ ref('protection_lifted') }}
)

select distinct register.resident_no
from register
left join lifted on register.resident_no = lifted.resident_no
where
    -- The alleged perpetrator's mark (3) never passes the door, so any value protects.
    register.protection_measure is not null
    -- A measure does not lapse when its end date passes: only a recorded decision lifts what was known by then.
    and coalesce(register.base_date > lifted.lifted_on, true)

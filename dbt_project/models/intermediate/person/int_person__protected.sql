-- One row a person under a protection measure (支援措置 1 or 2) in any delivery so far, by each number of the person.
with marks as (
    select * from {{ source('ledger', 'protection_mark') }}
),

lifted as (
    select * from {{ ref('protection_lifted') }}
),

registered as (
    select * from {{ ref('int_person__registered') }}
),

marked as (
    select distinct marks.resident_no
    from marks
    left join lifted on marks.resident_no = lifted.resident_no
    where
        -- The alleged perpetrator's mark (3) never passes the door, so any value protects.
        marks.protection_measure is not null
        -- A measure does not lapse when its end date passes: only a recorded decision lifts what was known by then.
        and coalesce(marks.base_date > lifted.lifted_on, true)
)

select resident_no from marked
union
-- Who is protected under one number is so under another that was found to be the same person's.
select other.resident_no
from marked
inner join registered as own on marked.resident_no = own.resident_no
inner join registered as other on own.person_id = other.person_id

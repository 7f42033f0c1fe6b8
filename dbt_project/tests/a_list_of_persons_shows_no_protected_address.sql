-- Lists are made of these two relations alone.
with hidden as (
    select registered.person_id
    from {{ ref('int_person__hidden') }} as hidden
    inner join {{ ref('int_person__registered') }} as registered on hidden.resident_no = registered.resident_no
)

select member.person_id
from {{ ref('int_member__unmarked') }} as member
inner join hidden on member.person_id = hidden.person_id
where coalesce(member.address, member.area_code) is not null
union all
select consulter.person_id
from {{ ref('int_consulter__consenting') }} as consulter
inner join hidden on consulter.person_id = hidden.person_id
where coalesce(consulter.address, consulter.phone, consulter.desk_code) is not null

-- Who has no pseudonym would drop out of the restricted members.
select residents.resident_no
from (
    select distinct resident_no
    from {{ ref('int_resident__at_month') }}
    where month_end_date in (select month_end from {{ source('ledger', 'month') }} where needs_build)
) as residents
left join {{ ref('int_person__registered') }} as registered on residents.resident_no = registered.resident_no
where registered.person_id is null

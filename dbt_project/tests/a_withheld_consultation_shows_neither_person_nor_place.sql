-- Looked at from the records themselves: who is protected or lived with them, and what the consultation is about.
with withheld as (
    select cases.case_id
    from {{ ref('int_case__linked') }} as cases
    inner join {{ ref('int_consultation__current') }} as consultation on cases.case_id = consultation.case_id
    left join {{ ref('int_person__hidden') }} as hidden on cases.resident_no = hidden.resident_no
    where
        hidden.resident_no is not null
        or {{ has_code('consultation.topics', '14') }}
        or {{ has_code('consultation.issues', '23') }}
)

select shown.case_id
from {{ ref('fct_consultation') }} as shown
inner join withheld on shown.case_id = withheld.case_id
where coalesce(shown.person_id, shown.household_id, shown.area_code, shown.desk_code) is not null
union all
select shown.case_id
from {{ ref('fct_support_action') }} as shown
inner join withheld on shown.case_id = withheld.case_id
where coalesce(shown.person_id, shown.area_code, shown.agency_code) is not null
union all
select shown.case_id
from {{ ref('fct_participation') }} as shown
inner join withheld on shown.case_id = withheld.case_id
where coalesce(shown.person_id, shown.area_code, shown.agency_code) is not null
union all
select shown.case_id
from {{ ref('fct_plan') }} as shown
inner join withheld on shown.case_id = withheld.case_id
where coalesce(shown.person_id, shown.area_code, cast(shown.has_conference as varchar)) is not null
union all
select shown.case_id
from {{ ref('fct_assessment') }} as shown
inner join withheld on shown.case_id = withheld.case_id
where coalesce(shown.person_id, shown.area_code) is not null
union all
select shown.case_ref
from {{ ref('fct_kpi_case') }} as shown
inner join withheld on shown.case_ref = withheld.case_id
where shown.area_code is not null

-- Neither the household's area nor the person's, in any month.
select member.household_id
from {{ ref('household_member') }} as member
inner join {{ ref('int_person__registered') }} as registered on member.person_id = registered.person_id
inner join {{ ref('int_person__protected') }} as protected on registered.resident_no = protected.resident_no
inner join {{ ref('fct_household_month') }} as household
    on member.month_end_date = household.month_end_date and member.household_id = household.household_id
inner join {{ ref('dim_person') }} as person on member.person_id = person.person_id
where household.area_code is not null or person.area_code is not null

-- Neither the household's area nor the person's, in any month; looked at from the persons, not from the mask.
with protected as (
    select
        resident.month_end_date,
        resident.living_household_no,
        registered.person_id
    from {{ ref('int_member__at_month') }} as resident
    inner join {{ ref('int_person__protected') }} as protected on resident.resident_no = protected.resident_no
    inner join {{ ref('int_person__registered') }} as registered on resident.resident_no = registered.resident_no
)

select protected.living_household_no as shown
from protected
inner join {{ ref('int_household__masked') }} as household
    on
        protected.month_end_date = household.month_end_date
        and protected.living_household_no = household.living_household_no
where household.area_code is not null
union all
select person.person_id
from {{ ref('dim_person') }} as person
inner join protected on person.person_id = protected.person_id
where person.area_code is not null

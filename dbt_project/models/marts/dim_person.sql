-- One row a person: whom the register knows, and whom only another feed's record names.
with newest as (
    select max(month_end_date) as month_end_date from {{ ref('int_month__spined') }}
),

registered as (
    select
        registered.person_id,
        told.birth_date_earliest,
        told.birth_date_latest,
        told.sex
    from {{ ref('int_person__registered') }} as registered
    inner join {{ ref('int_person__last_told') }} as told on registered.resident_no = told.resident_no
),

unregistered as (
    select * from {{ ref('int_person__unregistered') }}
),

persons as (
    select
        *,
        true as is_registered
    from registered
    union all
    select
        *,
        false as is_registered
    from unregistered
),

residents as (
    select
        registered.person_id,
        household.area_code
    from newest
    inner join {{ ref('int_member__at_month') }} as member on newest.month_end_date = member.month_end_date
    inner join {{ ref('int_person__registered') }} as registered on member.resident_no = registered.resident_no
    -- The household's area there is already without that of protected persons.
    inner join {{ ref('int_household__masked') }} as household
        on
            newest.month_end_date = household.month_end_date
            and member.living_household_no = household.living_household_no
)

select
    persons.person_id,
    -- A year that is not certain is no year.
    case
        when extract(year from persons.birth_date_earliest) = extract(year from persons.birth_date_latest)
            then cast(extract(year from persons.birth_date_earliest) as integer)
    end as birth_year,
    persons.sex,
    residents.person_id is not null as is_resident,
    residents.area_code,
    persons.is_registered
from persons
left join residents on persons.person_id = residents.person_id

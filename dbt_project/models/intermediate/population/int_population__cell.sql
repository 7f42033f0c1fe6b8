-- One row a month end M, survey age class, sex and area: residents; protected persons' households have no area.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

age_classes as (
    select
        months.month_end_date,
        age_class.age_class,
        -- Born by the first day: old enough for the class at M; born after the second: not yet for the next.
        {{ years_before('months.month_end_date', 'age_class.age_from') }} as born_until,
        {{ years_before('months.month_end_date', 'age_class.age_to + 1') }} as born_after
    from months
    cross join {{ ref('survey_age_class') }} as age_class
),

residents as (
    select
        members.month_end_date,
        households.area_code,
        register.sex,
        register.birth_date_earliest,
        register.birth_date_latest
    from months
    inner join {{ ref('int_member__at_month') }} as members on months.month_end_date = members.month_end_date
    inner join {{ ref('int_household__masked') }} as households
        on
            members.month_end_date = households.month_end_date
            and members.living_household_no = households.living_household_no
    inner join deliveries on members.month_end_date = deliveries.month_end_date and deliveries.feed = 'jumin'
    inner join {{ ref('stg_jumin__person') }} as register
        on deliveries.delivery_id = register.delivery_id and members.resident_no = register.resident_no
)

select
    residents.month_end_date,
    age_classes.age_class,
    residents.sex,
    residents.area_code,
    count(*) as resident_count
from residents
-- Who may belong to two classes, by a birth date that is partly known, is in neither.
inner join age_classes
    on
        residents.month_end_date = age_classes.month_end_date
        and residents.birth_date_latest <= age_classes.born_until
        and coalesce(residents.birth_date_earliest > age_classes.born_after, age_classes.born_after is null)
group by residents.month_end_date, age_classes.age_class, residents.sex, residents.area_code

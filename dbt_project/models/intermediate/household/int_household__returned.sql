-- One row a living household that would begin at month end M, and an extinct household whose members come back in it.
with members as (
    select * from {{ ref('int_member__at_month') }}
),

months as (
    select * from {{ ref('int_month__spined') }}
),

begun as (
    select * from {{ ref('int_household__continued') }}
    where former_household_no is null
),

people as (
    select
        begun.month_end_date,
        begun.living_household_no,
        members.resident_no
    from begun
    inner join members
        on
            begun.month_end_date = members.month_end_date
            and begun.living_household_no = members.living_household_no
),

last_seen as (
    select
        people.month_end_date,
        people.living_household_no,
        members.month_end_date as former_month_end_date,
        members.living_household_no as former_household_no
    from people
    inner join members
        on
            people.resident_no = members.resident_no
            and people.month_end_date > members.month_end_date
    qualify
        row_number() over (
            partition by people.resident_no, people.month_end_date order by members.month_end_date desc
        ) = 1
),

formers as (
    select
        month_end_date,
        living_household_no,
        former_month_end_date,
        former_household_no,
        count(*) as member_count
    from last_seen
    group by all
),

-- Somebody of them stayed when others left, so the id went on with those.
survived as (
    select distinct
        formers.former_month_end_date,
        formers.former_household_no
    from formers
    inner join members as then_members
        on
            formers.former_month_end_date = then_members.month_end_date
            and formers.former_household_no = then_members.living_household_no
    inner join months on formers.former_month_end_date = months.previous_month_end_date
    inner join members as next_members
        on
            months.month_end_date = next_members.month_end_date
            and then_members.resident_no = next_members.resident_no
),

-- An id is given back once: to the first who return, of several in a month to most.
given_back as (
    select formers.*
    from formers
    left join survived
        on
            formers.former_month_end_date = survived.former_month_end_date
            and formers.former_household_no = survived.former_household_no
    where survived.former_household_no is null
    qualify
        row_number() over (
            partition by formers.former_month_end_date, formers.former_household_no
            order by formers.month_end_date asc, formers.member_count desc, formers.living_household_no asc
        ) = 1
)

select
    month_end_date,
    living_household_no,
    former_month_end_date,
    former_household_no
from given_back
qualify rank() over (partition by month_end_date, living_household_no order by member_count desc) = 1

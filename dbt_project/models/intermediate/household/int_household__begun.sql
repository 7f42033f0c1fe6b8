-- One row a living household from the month end M on that its id is not plainly carried on, and where it may come from.
with continued as (
    select * from {{ ref('int_household__continued') }}
),

returned as (
    select * from {{ ref('int_household__returned') }}
),

events as (
    select
        continued.month_end_date as began_on,
        continued.living_household_no,
        coalesce(continued.former_month_end_date, returned.former_month_end_date) as former_month_end_date,
        coalesce(continued.former_household_no, returned.former_household_no) as former_household_no
    from continued
    left join returned
        on
            continued.month_end_date = returned.month_end_date
            and continued.living_household_no = returned.living_household_no
),

-- Under one number households may follow each other: which of them it was, the last beginning by then tells.
former_begun as (
    select
        events.living_household_no,
        events.began_on,
        events.former_household_no,
        max(earlier.began_on) as former_began_on
    from events
    left join events as earlier
        on
            events.former_household_no = earlier.living_household_no
            and events.former_month_end_date >= earlier.began_on
    group by events.living_household_no, events.began_on, events.former_household_no
),

first_month as (
    select min(month_end_date) as month_end_date from {{ ref('int_month__spined') }}
)

select
    former_begun.living_household_no,
    former_begun.began_on,
    former_begun.former_household_no,
    -- Who never began has been there since the first month.
    case
        when former_begun.former_household_no is not null
            then coalesce(former_begun.former_began_on, first_month.month_end_date)
    end as former_began_on
from former_begun
cross join first_month

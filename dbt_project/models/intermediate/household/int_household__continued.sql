-- One row a living household at month end M that does not plainly go on from the month before, and former household.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_compare() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_compare() }}
),

members as (
    select * from {{ ref('int_member__at_month') }}
),

now as (
    select
        months.month_end_date,
        members.resident_no,
        members.living_household_no
    from months
    inner join members on months.month_end_date = members.month_end_date
),

before as (
    select
        months.month_end_date,
        members.resident_no,
        members.living_household_no as former_household_no,
        -- Of the heads who live together, the one whose number names them all.
        members.is_head and members.register_household_no = members.living_household_no as is_named_head
    from months
    inner join members on months.previous_month_end_date = members.month_end_date
),

-- Who is no resident any more has no say: the dead and those who moved out leave a household as it is.
moved as (
    select
        now.month_end_date,
        now.living_household_no,
        before.former_household_no
    from now
    left join before on now.month_end_date = before.month_end_date and now.resident_no = before.resident_no
    where before.former_household_no is distinct from now.living_household_no
),

-- Nearly all households keep number and members: only where somebody came or went is there a question.
touched as (
    select
        month_end_date,
        living_household_no
    from moved
    union
    select
        month_end_date,
        former_household_no
    from moved
    where former_household_no is not null
),

-- Counted for those alone: all residents of all months are too many to be grouped in memory.
shared as (
    select
        now.month_end_date,
        now.living_household_no,
        before.former_household_no,
        count(*) as member_count,
        coalesce(bool_or(before.is_named_head), false) as has_head
    from touched
    inner join now
        on touched.month_end_date = now.month_end_date and touched.living_household_no = now.living_household_no
    left join before on now.month_end_date = before.month_end_date and now.resident_no = before.resident_no
    group by now.month_end_date, now.living_household_no, before.former_household_no
),

-- A household goes on where most of those live who are still residents; at a tie with its head, else its number.
passed_on as (
    select * from shared
    -- Who was no resident a month ago brings no id along.
    where former_household_no is not null
    qualify
        row_number() over (
            partition by month_end_date, former_household_no
            order by
                member_count desc,
                has_head desc,
                former_household_no = living_household_no desc,
                living_household_no asc
        ) = 1
),

-- Of several that go on in one, that with most members there; at a tie the older id, which only the chain tells.
claimed as (
    select * from passed_on
    qualify rank() over (partition by month_end_date, living_household_no order by member_count desc) = 1
),

told as (
    select
        *,
        count(*) over (partition by month_end_date, living_household_no) as claim_count
    from claimed
),

present as (
    select distinct
        month_end_date,
        living_household_no
    from shared
)

select
    present.month_end_date,
    present.living_household_no,
    case when told.former_household_no is not null then months.previous_month_end_date end as former_month_end_date,
    told.former_household_no
from present
inner join months on present.month_end_date = months.month_end_date
left join told
    on present.month_end_date = told.month_end_date and present.living_household_no = told.living_household_no
-- Somebody came or went, and still the household goes on alone under its own number.
where not coalesce(told.claim_count = 1 and told.former_household_no = present.living_household_no, false)

-- One row a register household and month end M that lives together with another: the smallest 世帯番号 of them all.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with recursive months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

homes as (
    select address.*
    from {{ ref('int_address__shared') }} as address
    inner join months on address.month_end_date = months.month_end_date
    -- In a facility each register household stays on its own.
    where not address.is_facility
),

surnames as (
    select distinct
        homes.month_end_date,
        homes.address_hash,
        resident.surname_hash,
        resident.household_no
    from homes
    inner join {{ ref('int_resident__at_month') }} as resident
        on homes.month_end_date = resident.month_end_date and homes.address_hash = resident.address_hash
    -- A name that is not known is nobody's shared surname.
    where resident.surname_hash is not null
),

-- Households that share address and surname all meet in the smallest of them: enough edges, and few.
meetings as (
    select
        month_end_date,
        household_no,
        min(household_no) over (partition by month_end_date, address_hash, surname_hash) as met_household_no
    from surnames
),

edges as (
    select
        month_end_date,
        household_no,
        met_household_no
    from meetings
    where household_no <> met_household_no
    union
    select
        month_end_date,
        met_household_no,
        household_no
    from meetings
    where household_no <> met_household_no
),

-- Living together is transitive: A with B by one surname and B with C by another are one household.
reached as (
    select
        month_end_date,
        household_no,
        met_household_no as reached_household_no
    from edges
    union
    select
        reached.month_end_date,
        reached.household_no,
        edges.met_household_no as reached_household_no
    from reached
    inner join edges
        on
            reached.month_end_date = edges.month_end_date
            and reached.reached_household_no = edges.household_no
)

select
    month_end_date,
    household_no,
    min(reached_household_no) as living_household_no
from reached
group by month_end_date, household_no

-- One row a living household in need at month end M or at the month end before: what it was and what it is.
with months as (
    select * from {{ ref('int_month__spined') }}
),

identified as (
    select * from {{ ref('int_household__identified') }}
),

households as (
    select
        household.month_end_date,
        -- A household that gets another number has not ceased, and none has begun.
        identified.household_id,
        household.area_code,
        household.is_in_need,
        household.is_compound
    from {{ ref('int_household__masked') }} as household
    inner join identified
        on
            household.month_end_date = identified.month_end_date
            and household.living_household_no = identified.living_household_no
    -- Who is in need at neither month end has not become and not ceased to be anything.
    where household.is_in_need
),

now as (
    select
        months.month_end_date,
        households.household_id,
        households.area_code,
        households.is_in_need,
        households.is_compound
    from months
    inner join households on months.month_end_date = households.month_end_date
    -- The first month of data has nothing to be compared with.
    where months.previous_month_end_date is not null
),

before as (
    select
        months.month_end_date,
        households.household_id,
        households.area_code,
        households.is_in_need,
        households.is_compound
    from months
    inner join households on months.previous_month_end_date = households.month_end_date
)

select
    coalesce(now.month_end_date, before.month_end_date) as month_end_date,
    coalesce(now.household_id, before.household_id) as household_id,
    -- A household that has a protected person now has no area now, whatever it had before.
    case when now.month_end_date is null then before.area_code else now.area_code end as area_code,
    coalesce(now.is_in_need, false) as is_in_need,
    coalesce(now.is_compound, false) as is_compound,
    coalesce(before.is_in_need, false) as was_in_need,
    coalesce(before.is_compound, false) as was_compound
from now
full join before
    on now.month_end_date = before.month_end_date and now.household_id = before.household_id

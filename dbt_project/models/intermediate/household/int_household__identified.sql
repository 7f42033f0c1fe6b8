-- One row a living household and month end M: the pseudonym under which it goes on.
{{ config(materialized='view') }}

with households as (
    select
        month_end_date,
        living_household_no
    from {{ ref('int_household__at_month') }}
),

anchored as (
    select * from {{ ref('int_household__anchored') }}
),

keys as (
    select * from {{ ref('int_household__keyed') }}
)

select
    households.month_end_date,
    households.living_household_no,
    -- Nearly all households keep their number, and with it the id of the number.
    coalesce(anchored.household_id, keys.household_id) as household_id
from households
left join anchored
    on
        households.living_household_no = anchored.living_household_no
        and households.month_end_date >= anchored.began_on
        and households.month_end_date < anchored.ended_before
left join keys on households.living_household_no = keys.living_household_no

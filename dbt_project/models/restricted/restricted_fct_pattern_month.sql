-- One row a living household, pattern, tier and month end M, with youtai and the area of protected persons' households.
{{ config(materialized='view', alias='fct_pattern_month') }}

with decided as (
    select * from {{ ref('int_pattern__decided') }}
    where scenario_id = 'default' and holds_with_youtai
),

households as (
    select * from {{ ref('int_household__masked') }}
),

identified as (
    select * from {{ ref('int_household__identified') }}
)

select
    decided.month_end_date,
    identified.household_id,
    households.restricted_area_code as area_code,
    decided.pattern,
    decided.tier
from decided
inner join households
    on
        decided.month_end_date = households.month_end_date
        and decided.living_household_no = households.living_household_no
inner join identified
    on
        decided.month_end_date = identified.month_end_date
        and decided.living_household_no = identified.living_household_no

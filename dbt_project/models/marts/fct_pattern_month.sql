-- One row a living household, pattern, tier and month end M, as analysts may see it: without youtai.
{{ config(materialized='view') }}

with decided as (
    select * from {{ ref('int_pattern__decided') }}
    -- What only the child-protection council knows stays in the restricted zone.
    where scenario_id = 'default' and holds_without_youtai
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
    households.area_code,
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

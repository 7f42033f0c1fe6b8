-- One row a number that names a living household: its pseudonym, as made with the key.
{{ config(materialized='view') }}

with keys as (
    select * from {{ source('link', 'household_key') }}
),

households as (
    select * from {{ ref('int_household__at_month') }}
),

registered as (
    select * from {{ ref('int_person__registered') }}
)

select
    register_household_no as living_household_no,
    household_id
from keys
union all
-- A household of one without 世帯番号 goes by its person's pseudonym, under the household's letter.
select distinct
    households.living_household_no,
    'h' || substring(registered.person_id, 2) as household_id
from households
inner join registered on households.living_household_no = 'P' || registered.resident_no

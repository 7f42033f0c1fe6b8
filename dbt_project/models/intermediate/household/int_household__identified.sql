-- One row a household number: its pseudonym.
{{ config(materialized='view') }}

with keys as (
    select * from {{ source('link', 'household_key') }}
),

residents as (
    select * from {{ ref('int_resident__at_month') }}
),

registered as (
    select * from {{ ref('int_person__registered') }}
)

select
    register_household_no as household_no,
    household_id
from keys
union all
-- A household of one without 世帯番号 goes by its person's pseudonym, under the household's letter.
select distinct
    residents.household_no,
    'h' || substring(registered.person_id, 2) as household_id
from residents
inner join registered on residents.resident_no = registered.resident_no
where residents.household_no like 'P%'

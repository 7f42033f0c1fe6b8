-- One row a person of whom no place is told: protected, or lives or lived with a protected person.
{{ config(materialized='view') }}

with hidden as (
    select * from {{ ref('int_person__hidden') }}
),

registered as (
    select * from {{ ref('int_person__registered') }}
)

select distinct registered.person_id
from hidden
inner join registered on hidden.resident_no = registered.resident_no

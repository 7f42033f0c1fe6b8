-- One row a feed's record and role that belongs to a person of the register.
{{ config(materialized='view') }}

with links as (
    select * from {{ source('link', 'person_link') }}
),

registered as (
    select * from {{ ref('int_person__registered') }}
)

select
    links.feed,
    links.record_key,
    links.role,
    registered.resident_no
from links
inner join registered on links.person_id = registered.person_id
-- The register's own records would only lead back to themselves.
where links.feed <> 'jumin'

-- One row a person of the register: 宛名番号 and pseudonym.
{{ config(materialized='view') }}

with links as (
    select * from {{ source('link', 'person_link') }}
)

select
    record_key as resident_no,
    person_id
from links
-- The register's own records name its persons.
where feed = 'jumin'

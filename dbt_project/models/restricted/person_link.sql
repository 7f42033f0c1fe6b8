-- One row a record and role: whose it is, and how that is known.
{{ config(materialized='view') }}

with links as (
    select * from {{ source('link', 'person_link') }}
)

select
    feed,
    record_key,
    role,
    person_id,
    method,
    probability
from links

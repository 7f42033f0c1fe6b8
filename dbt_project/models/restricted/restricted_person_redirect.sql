-- One row a published person id that stands for nobody any more: the person who has its records now.
{{ config(materialized='view', alias='person_redirect') }}

with redirects as (
    select * from {{ source('link', 'person_redirect') }}
)

select
    retired_person_id,
    person_id,
    reason,
    since_release
from redirects

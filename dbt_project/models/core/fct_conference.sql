-- One row a conference (会議) as the newest month knows them, without 支援会議; the kinds are never added up.
with conferences as (
    select * from {{ ref('restricted_fct_conference') }}
)

select
    held_on,
    conference_kind,
    area_code,
    agency_count,
    case_count
from conferences
-- Held under article 106-6 of the Social Welfare Act: not even its number leaves the restricted zone.
where conference_kind <> '支援会議'

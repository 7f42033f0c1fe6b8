-- One row a participation support (参加支援), as last told.
with activities as (
    select * from {{ ref('int_participation__current') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
    where feed = 'soudan'
),

hidden as (
    select * from {{ ref('int_person__hidden') }}
)

select
    activities.held_on_earliest as held_on,
    activities.activity_kind,
    -- Where a protected person takes part is not told, nor with whom: an agency has a place.
    case when hidden.resident_no is null then activities.agency_code end as agency_code,
    case when hidden.resident_no is null then activities.area_code end as area_code,
    cases.case_id,
    cases.person_id
from activities
left join cases on activities.consultation_id = cases.record_key
left join hidden on cases.resident_no = hidden.resident_no

-- One row a plan: its latest version, unless it was deleted.
with versions as (
    {{ latest_pulled_versions(ref('stg_soudan__plan'), 'plan') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
)

select
    versions.*,
    cases.case_id
from versions
left join cases on versions.consultation_id = cases.record_key and cases.feed = 'soudan'

-- One row a support action: its latest version, unless it was deleted.
with versions as (
    {{ latest_pulled_versions(ref('stg_soudan__support_action'), 'support_action') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
)

select
    versions.*,
    cases.case_id
from versions
left join cases on versions.consultation_id = cases.record_key and cases.feed = 'soudan'

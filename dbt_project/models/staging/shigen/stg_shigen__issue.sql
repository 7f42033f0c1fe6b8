-- One row a community issue (地域課題) and shigen delivery.
with source as (
    select * from {{ source('lake', 'shigen_issue') }}
)

select
    delivery_id,
    base_date,
    record_key,
    issue_id,
    area_code,
    issue_text,
    noticed_on_earliest,
    noticed_on_latest,
    resolved_on_earliest,
    resolved_on_latest,
    resolved_by,
    became_policy
from source

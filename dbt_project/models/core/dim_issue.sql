-- One row a community issue (地域課題), as the newest month knows it; its free text stays restricted.
with months as (
    select * from {{ ref('int_month__spined') }}
    where is_newest
),

issues as (
    select * from {{ ref('int_issue__at_month') }}
)

select
    issues.issue_id,
    issues.area_code,
    issues.noticed_on_earliest as noticed_on,
    issues.resolved_on_latest as resolved_on,
    issues.resolved_by,
    issues.became_policy
from months
inner join issues on months.month_end_date = issues.month_end_date

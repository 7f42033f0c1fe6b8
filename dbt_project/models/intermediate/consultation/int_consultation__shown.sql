-- One row a soudan consultation that names issues (課題): those that may be shown outside the restricted zone.
with issues as (
    select * from {{ ref('int_consultation__issue') }}
),

restricted as (
    select code from {{ ref('secrecy_code') }}
    where code_set = 'restricted_issue' and field = 'issues'
)

select
    issues.record_key,
    {{ joined_codes('issues.issue', 'restricted.code is null') }} as issues
from issues
left join restricted on issues.issue = restricted.code
group by issues.record_key

-- One row a soudan consultation whose person and place are told nowhere outside the restricted zone, and why.
with cases as (
    select * from {{ ref('int_case__linked') }}
    where feed = 'soudan'
),

hidden as (
    select * from {{ ref('int_person__hidden') }}
),

violence as (
    select topics.record_key
    from {{ ref('int_consultation__topic') }} as topics
    inner join {{ ref('secrecy_code') }} as codes
        on topics.topic = codes.code and codes.field = 'topics' and codes.code_set = 'violence'
    where topics.feed = 'soudan'
    union
    select issues.record_key
    from {{ ref('int_consultation__issue') }} as issues
    inner join {{ ref('secrecy_code') }} as codes
        on issues.issue = codes.code and codes.field = 'issues' and codes.code_set = 'violence'
)

select
    cases.case_id,
    hidden.resident_no is not null as is_of_protected_person,
    violence.record_key is not null as is_on_violence
from cases
left join hidden on cases.resident_no = hidden.resident_no
left join violence on cases.record_key = violence.record_key
-- The desk that somebody came to leads to an area as surely as the address does.
where hidden.resident_no is not null or violence.record_key is not null

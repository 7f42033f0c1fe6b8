-- One row a soudan consultation: the domains that its topics lie in.
with consultations as (
    select
        case_id,
        record_key
    from {{ ref('int_consultation__current') }}
),

domains as (
    select
        topics.record_key,
        topic_domain.domain
    from {{ ref('int_consultation__topic') }} as topics
    inner join {{ ref('topic_domain') }} as topic_domain on topics.topic = topic_domain.topic
    where topics.feed = 'soudan'
)

select
    consultations.case_id,
    coalesce(bool_or(domains.domain = 'elderly'), false) as has_elderly_topic,
    coalesce(bool_or(domains.domain = 'disability'), false) as has_disability_topic,
    coalesce(bool_or(domains.domain = 'child'), false) as has_child_topic,
    coalesce(bool_or(domains.domain = 'poverty'), false) as has_poverty_topic,
    cast(count(distinct domains.domain) as integer) as topic_domain_count
from consultations
left join domains on consultations.record_key = domains.record_key
group by consultations.case_id

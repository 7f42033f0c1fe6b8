-- One row a feed and role: records that belong to nobody of the register, counted apart from the households.
with links as (
    select * from {{ source('link', 'person_link') }}
),

registered as (
    select * from {{ ref('int_person__registered') }}
)

select
    links.feed,
    links.role,
    cast(count(*) filter (where registered.person_id is null) as bigint) as record_count,
    cast(count(distinct case when registered.person_id is null then links.person_id end) as bigint) as person_count,
    cast(count(*) as bigint) as record_total
from links
left join registered on links.person_id = registered.person_id
where
    links.feed <> 'jumin'
    -- That a youtai case exists is itself secret, and so is how many there are.
    and links.feed <> 'youtai'
group by links.feed, links.role

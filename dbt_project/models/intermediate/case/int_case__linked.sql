-- One row a consultation record of soudan, houkatsu or konkyu: its pseudonym and whose it is.
with cases as (
    select * from {{ source('link', 'case_key') }}
),

links as (
    select * from {{ source('link', 'person_link') }}
    -- That a youtai case exists is itself secret.
    where role = 'subject' and feed <> 'youtai'
),

records as (
    select * from {{ ref('int_record__linked') }}
    where role = 'subject'
)

select
    links.feed,
    links.record_key,
    cases.case_id,
    links.person_id,
    records.resident_no
from links
inner join cases on links.feed || '|' || links.record_key = cases.case_key
left join records on links.feed = records.feed and links.record_key = records.record_key

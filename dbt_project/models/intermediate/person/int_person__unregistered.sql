-- One row a person whom the register does not know: birth and sex as their latest record tells them.
with links as (
    select * from {{ source('link', 'person_link') }}
    -- Whom youtai alone knows is nobody's to see.
    where feed <> 'youtai'
),

registered as (
    select * from {{ ref('int_person__registered') }}
),

unknown as (
    select links.* from links
    left join registered on links.person_id = registered.person_id
    -- Records that belong to nobody of the register.
    where registered.person_id is null
),

records as (
    {{ lake_births() }}
),

deliveries as (
    select * from {{ ref('int_delivery__ordered') }}
)

select
    unknown.person_id,
    records.birth_date_earliest,
    records.birth_date_latest,
    records.sex
from unknown
left join records on unknown.feed = records.feed and unknown.record_key = records.record_key
left join deliveries on records.delivery_id = deliveries.delivery_id
qualify
    row_number() over (
        partition by unknown.person_id
        order by
            records.base_date desc nulls last,
            records.feed asc,
            records.record_key asc,
            deliveries.delivery_order desc,
            records.line_number desc
    ) = 1

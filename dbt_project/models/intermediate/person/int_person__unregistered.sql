-- One row a person whom the register does not know: birth and sex as their latest record tells them.
with links as (
    select * from {{ source('link', 'person_link') }}
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
    select
        'kaigo' as feed,
        record_key,
        base_date,
        birth_date_earliest,
        birth_date_latest,
        sex
    from {{ ref('stg_kaigo__certification') }}
    union all
    select
        'shogai' as feed,
        record_key,
        base_date,
        birth_date_earliest,
        birth_date_latest,
        cast(null as varchar) as sex
    from {{ ref('stg_shogai__decision') }}
    union all
    select
        'seiho' as feed,
        record_key,
        base_date,
        birth_date_earliest,
        birth_date_latest,
        sex
    from {{ ref('stg_seiho__case_member') }}
)

select
    unknown.person_id,
    records.birth_date_earliest,
    records.birth_date_latest,
    records.sex
from unknown
left join records on unknown.feed = records.feed and unknown.record_key = records.record_key
qualify
    row_number() over (
        partition by unknown.person_id
        order by records.base_date desc nulls last, records.feed asc, records.record_key asc
    ) = 1

-- One row a person whom the register does not know, month end M and newest record in force at M that tells an address.
with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

links as (
    select * from {{ source('link', 'person_link') }}
),

registered as (
    select * from {{ ref('int_person__registered') }}
),

records as (
    select
        links.person_id,
        record.surname_kana as surname_kana_key,
        record.block as address_block_key,
        record.door as address_door_key,
        record.first_base_date as observed_on,
        {{ days_before('record.first_base_date', '1 - ' ~ threshold('probable_member_days')) }} as expires_on
    from links
    inner join {{ source('link', 'record') }} as record
        on links.feed = record.feed and links.record_key = record.record_key and links.role = record.role
    left join registered on links.person_id = registered.person_id
    where
        -- Whom the register knows lives where the register says.
        registered.person_id is null
        -- A town alone is no place where somebody lives.
        and record.block is not null
)

select
    months.month_end_date,
    records.person_id,
    records.surname_kana_key,
    records.address_block_key,
    records.address_door_key,
    records.observed_on,
    records.expires_on
from months
inner join records
    on months.month_end_date >= records.observed_on and months.month_end_date <= records.expires_on
-- Who tells another address later lives there, whatever was told before.
qualify
    rank() over (partition by records.person_id, months.month_end_date order by records.observed_on desc) = 1

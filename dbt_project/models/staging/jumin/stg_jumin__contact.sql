-- One row a person of the register and jumin delivery: name and address, for restricted lists of persons alone.
with source as (
    select * from {{ source('lake', 'jumin') }}
)

select
    delivery_id,
    resident_no,
    kanji_name,
    kana_name,
    birth_date_text,
    sex,
    coalesce(town_name, '') || coalesce(block, '') || coalesce('　' || building, '') as address
from source

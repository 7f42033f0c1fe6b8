-- One row a person of the register and jumin delivery: name and address, for restricted lists of persons alone.
{{ config(materialized='view') }}

-- Names and addresses stay in the lake: no staging model gives them on, and this view copies none.
with source as (
    select * from {{ source('lake', 'jumin') }}
)

select
    delivery_id,
    resident_no,
    kanji_name,
    kana_name,
    -- A day that is not fully known stands as it was told.
    case
        when birth_date_earliest = birth_date_latest then cast(birth_date_earliest as varchar)
        else birth_date_text
    end as birth_date,
    sex,
    coalesce(town_name, '') || coalesce(block, '') || coalesce('　' || building, '') as address
from source

-- One row a consultation and soudan pull: name, address and phone, for restricted lists of persons alone.
with source as (
    select * from {{ source('lake', 'soudan_consultation') }}
)

select
    delivery_id,
    line_number,
    record_key,
    updated_at,
    kanji_name,
    kana_name,
    birth_date_text,
    sex,
    address,
    phone
from source

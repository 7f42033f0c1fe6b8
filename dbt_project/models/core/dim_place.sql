-- One row a place to be (居場所), as the newest month knows it.
with months as (
    select * from {{ ref('int_month__spined') }}
    where is_newest
),

places as (
    select * from {{ ref('int_place__at_month') }}
)

select
    places.place_id,
    places.place_name,
    places.place_kind,
    places.area_code,
    places.school_district,
    places.opened_on_earliest as opened_on,
    places.closed_on_latest as closed_on,
    cast(places.capacity as integer) as capacity,
    places.target_groups
from months
inner join places on months.month_end_date = places.month_end_date

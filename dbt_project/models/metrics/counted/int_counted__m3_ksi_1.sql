-- One row a community place open at month end M, and one a junior high school district and area (M3-KSI-1).
with districts as (
    select distinct
        deliveries.month_end_date,
        town.area_code,
        town.school_district
    from {{ ref('int_month__delivered') }} as deliveries
    inner join {{ ref('stg_chiku__town') }} as town on deliveries.delivery_id = town.delivery_id
    where town.school_district is not null
),

known_districts as (
    select distinct
        month_end_date,
        school_district
    from districts
),

places as (
    select places.*
    from {{ ref('int_place__at_month') }} as places
    -- A place of no known district is in no district's count.
    inner join known_districts
        on
            places.month_end_date = known_districts.month_end_date
            and places.school_district = known_districts.school_district
    where {{ is_open('places.opened_on', 'places.closed_on', 'places.month_end_date') }}
)

select
    month_end_date as period_end_date,
    area_code,
    place_id as case_ref,
    school_district as subgroup,
    {{ count_amounts() }},
    opened_on_earliest as occurred_on
from places
union all
select
    month_end_date as period_end_date,
    area_code,
    cast(null as varchar) as case_ref,
    school_district as subgroup,
    false as is_numerator,
    {{ amount(0) }} as numerator_amount,
    {{ amount(1) }} as denominator_amount,
    cast(null as date) as occurred_on
from districts

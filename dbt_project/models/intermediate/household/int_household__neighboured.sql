-- One row a living household at month end M, unregistered person and record: how near the record's address is to it.
with addressed as (
    select * from {{ ref('int_person__addressed') }}
),

wanted as (
    select distinct
        month_end_date,
        address_block_key
    from addressed
),

register as (
    select
        wanted.month_end_date,
        person.resident_no,
        person.surname_kana_key,
        person.address_block_key,
        person.address_door_key
    from {{ ref('int_month__delivered') }} as deliveries
    inner join {{ ref('stg_jumin__person') }} as person on deliveries.delivery_id = person.delivery_id
    inner join wanted
        on
            deliveries.month_end_date = wanted.month_end_date
            and person.address_block_key = wanted.address_block_key
    where deliveries.feed = 'jumin'
),

facilities as (
    select * from {{ ref('int_address__shared') }}
    where is_facility
),

protected as (
    select * from {{ ref('int_household__protected') }}
),

residents as (
    select
        register.*,
        members.living_household_no
    from register
    inner join {{ ref('int_resident__at_month') }} as resident
        on register.month_end_date = resident.month_end_date and register.resident_no = resident.resident_no
    inner join {{ ref('int_member__at_month') }} as members
        on register.month_end_date = members.month_end_date and register.resident_no = members.resident_no
    left join facilities
        on resident.month_end_date = facilities.month_end_date and resident.address_hash = facilities.address_hash
    left join protected
        on
            members.month_end_date = protected.month_end_date
            and members.living_household_no = protected.living_household_no
    where
        -- In a facility an address says nothing about who lives with whom.
        facilities.address_hash is null
        -- Nobody is led to a protected person (支援措置) by an address.
        and protected.living_household_no is null
),

near as (
    select
        addressed.month_end_date,
        residents.living_household_no,
        addressed.person_id,
        addressed.observed_on,
        addressed.expires_on,
        coalesce(addressed.address_door_key = residents.address_door_key, false) as is_same_door,
        coalesce(addressed.surname_kana_key = residents.surname_kana_key, false) as is_same_surname
    from addressed
    inner join residents
        on
            addressed.month_end_date = residents.month_end_date
            and addressed.address_block_key = residents.address_block_key
)

select distinct
    month_end_date,
    living_household_no,
    person_id,
    observed_on,
    expires_on,
    case
        when is_same_door and is_same_surname then 'same_door_and_surname'
        when is_same_door then 'same_door'
        else 'same_block_and_surname'
    end as reason
from near
-- A house number alone may stand for a whole block of flats.
where is_same_door or is_same_surname

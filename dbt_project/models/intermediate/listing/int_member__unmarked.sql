-- One row a member of an unmarked (ノーマーク) household and month end M: whom to visit, for lists alone.
{{ config(materialized='view') }}

-- A view, so that no release and no older file keeps a name: consent that is taken back is gone with the next run.
with decided as (
    select * from {{ ref('int_pattern__decided') }}
    -- Whom only the child-protection council knows to be in need is the council's to visit, and no list's to show.
    where scenario_id = 'default' and pattern = 'unseen' and holds_without_youtai
),

households as (
    select * from {{ ref('int_household__masked') }}
),

identified as (
    select * from {{ ref('int_household__identified') }}
),

members as (
    select * from {{ ref('int_member__at_month') }}
),

registered as (
    select * from {{ ref('int_person__registered') }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
    where feed = 'jumin'
),

contacts as (
    select * from {{ ref('int_resident__contacted') }}
),

hidden as (
    select * from {{ ref('int_person__hidden') }}
)

select
    members.month_end_date,
    identified.household_id,
    registered.person_id,
    contacts.kanji_name,
    contacts.kana_name,
    contacts.birth_date,
    contacts.sex,
    case when hidden.resident_no is null then households.area_code end as area_code,
    -- A list of persons leaves the office: who is protected, or lives or lived with such a person, has no address.
    case when hidden.resident_no is null then contacts.address end as address,
    hidden.resident_no is not null as is_withheld,
    households.household_type,
    households.has_elderly_need,
    households.has_disability_need,
    households.has_child_need,
    households.has_poverty_need
from decided
inner join members
    on
        decided.month_end_date = members.month_end_date
        and decided.living_household_no = members.living_household_no
inner join households
    on
        decided.month_end_date = households.month_end_date
        and decided.living_household_no = households.living_household_no
inner join identified
    on
        decided.month_end_date = identified.month_end_date
        and decided.living_household_no = identified.living_household_no
inner join registered on members.resident_no = registered.resident_no
inner join deliveries on decided.month_end_date = deliveries.month_end_date
inner join contacts on deliveries.delivery_id = contacts.delivery_id and members.resident_no = contacts.resident_no
left join hidden on members.resident_no = hidden.resident_no

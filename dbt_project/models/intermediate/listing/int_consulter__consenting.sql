-- One row a soudan consultation whose consent is in force and scope of agencies: whom to contact, for lists alone.
{{ config(materialized='view') }}

-- A view, so that no release and no older file keeps a name: consent that is taken back is gone with the next run.
with consents as (
    select * from {{ ref('restricted_consent') }}
    where is_in_force
),

consultations as (
    select * from {{ ref('int_consultation__current') }}
),

contacts as (
    select * from {{ ref('int_consulter__contacted') }}
),

withheld as (
    select * from {{ ref('int_consultation__withheld') }}
),

told as (
    select
        consultations.case_id,
        consultations.received_on_earliest as received_on,
        consultations.desk_code,
        contacts.*
    from consultations
    inner join contacts
        on consultations.record_key = contacts.record_key and consultations.updated_at = contacts.updated_at
    qualify
        row_number() over (
            partition by contacts.record_key order by contacts.delivery_id desc, contacts.line_number desc
        ) = 1
)

select
    consents.case_id,
    consents.person_id,
    consents.agency_scope,
    consents.agency_code,
    consents.given_on,
    told.received_on,
    told.kanji_name,
    told.kana_name,
    told.birth_date,
    told.sex,
    -- A list of persons leaves the office: a protected person or a victim of violence is on it without a place.
    case when withheld.case_id is null then told.desk_code end as desk_code,
    case when withheld.case_id is null then told.address end as address,
    case when withheld.case_id is null then told.phone end as phone,
    withheld.case_id is not null as is_withheld
from consents
inner join told on consents.case_id = told.case_id
left join withheld on consents.case_id = withheld.case_id

-- One row a resident and month end M: age, marriage, care and handbook as far as they are known.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

relations as (
    select
        code,
        code_set as relation
    from {{ ref('pattern_code') }}
    where field = 'relationship_code'
),

members as (
    select member.*
    from months
    inner join {{ ref('int_member__at_month') }} as member on months.month_end_date = member.month_end_date
),

register as (
    select
        deliveries.month_end_date,
        person.resident_no,
        person.birth_date_earliest,
        person.birth_date_latest,
        relations.relation
    from months
    inner join deliveries on months.month_end_date = deliveries.month_end_date and deliveries.feed = 'jumin'
    inner join {{ ref('stg_jumin__person') }} as person on deliveries.delivery_id = person.delivery_id
    left join relations on person.relationship_code = relations.code
),

cared as (
    select * from {{ ref('int_member__cared') }}
),

spouses as (
    select * from {{ ref('int_household__married') }}
)

select
    members.month_end_date,
    members.resident_no,
    members.living_household_no,
    register.birth_date_earliest,
    register.birth_date_latest,
    {{ completed_years('register.birth_date_latest', 'members.month_end_date') }} as age_at_least,
    {{ completed_years('register.birth_date_earliest', 'members.month_end_date') }} as age_at_most,
    coalesce(cared.in_facility, false) as in_facility,
    coalesce(cared.needs_care, false) as needs_care,
    coalesce(cared.has_handbook, false) as has_handbook,
    -- A spouse by code; the head and the head's children too, where such a spouse is registered, whoever's it is.
    not coalesce(
        register.relation = 'spouse_of_head'
        or register.relation = 'spouse_of_child'
        or (register.relation = 'head' and spouses.has_spouse_of_head)
        or (register.relation = 'child' and spouses.has_spouse_of_child),
        false
    ) as is_without_spouse
from members
inner join register
    on members.month_end_date = register.month_end_date and members.resident_no = register.resident_no
left join cared on members.month_end_date = cared.month_end_date and members.resident_no = cared.resident_no
left join spouses
    on
        members.month_end_date = spouses.month_end_date
        and members.register_household_no = spouses.register_household_no

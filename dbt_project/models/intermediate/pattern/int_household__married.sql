-- One row a register household with a spouse of its head or of a head's child at home, and month end M.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

spouses as (
    select
        code,
        code_set as relation
    from {{ ref('pattern_code') }}
    where field = 'relationship_code' and (code_set = 'spouse_of_head' or code_set = 'spouse_of_child')
),

registered as (
    select
        deliveries.month_end_date,
        person.resident_no,
        spouses.relation
    from months
    inner join deliveries on months.month_end_date = deliveries.month_end_date and deliveries.feed = 'jumin'
    inner join {{ ref('stg_jumin__person') }} as person on deliveries.delivery_id = person.delivery_id
    inner join spouses on person.relationship_code = spouses.code
),

cared as (
    select * from {{ ref('int_member__cared') }}
)

select
    members.month_end_date,
    members.register_household_no,
    bool_or(registered.relation = 'spouse_of_head') as has_spouse_of_head,
    bool_or(registered.relation = 'spouse_of_child') as has_spouse_of_child
from registered
inner join {{ ref('int_member__at_month') }} as members
    on registered.month_end_date = members.month_end_date and registered.resident_no = members.resident_no
left join cared on registered.month_end_date = cared.month_end_date and registered.resident_no = cared.resident_no
-- Who lives in a facility is left out of structural tiers as if not living there.
where not coalesce(cared.in_facility, false) and members.register_household_no is not null
group by members.month_end_date, members.register_household_no

-- One row a resident and month end M, as the jumin delivery in force at M tells it.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

register as (
    select * from {{ ref('stg_jumin__person') }}
),

arrivals as (
    select code from {{ ref('movement_reason_group') }}
    -- Reasons that enter a person into the register (記載), unlike a change of somebody who is in it already.
    where movement_group = 'add'
)

select
    months.month_end_date,
    register.resident_no,
    -- Who has no 世帯番号 is a household of one under a number of their own, told apart by its letter.
    coalesce(register.register_household_no, 'P' || register.resident_no) as household_no,
    {{ text_key('register.address_key') }} as address_hash,
    {{ text_key('register.surname_kana_key') }} as surname_hash,
    register.town_code,
    coalesce(register.relationship_code = '02', false) as is_head,
    -- Null: the birth date is not known well enough to say.
    case
        when register.birth_date_latest <= months.adult_born_until then true
        when register.birth_date_earliest > months.adult_born_until then false
    end as is_adult
from months
inner join deliveries on months.month_end_date = deliveries.month_end_date and deliveries.feed = 'jumin'
inner join register on deliveries.delivery_id = register.delivery_id
left join arrivals on register.movement_reason = arrivals.code
where
    -- Moves are dated by 異動年月日: who arrives after M is not a resident yet, who leaves after M still is.
    (
        register.resident_status = '1'
        and not coalesce(arrivals.code is not null and register.moved_on_earliest > months.month_end_date, false)
    )
    or (register.resident_status <> '1' and register.moved_on_latest > months.month_end_date)

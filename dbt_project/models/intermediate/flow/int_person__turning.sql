-- One row a resident of a household in need at month end M who comes of an age within six months after: 18 or 65.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select
        *,
        {{ months_after('month_end_date', threshold('turning_months')) }} as turning_until
    from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

register as (
    select * from {{ ref('stg_jumin__person') }}
),

ages as (
    select cast({{ threshold('child_age_under') }} as integer) as age
    union all
    select cast({{ threshold('elderly_age_from') }} as integer) as age
),

turning as (
    select
        months.month_end_date,
        register.resident_no,
        ages.age
    from months
    cross join ages
    inner join deliveries on months.month_end_date = deliveries.month_end_date and deliveries.feed = 'jumin'
    inner join register on deliveries.delivery_id = register.delivery_id
    -- Only a day that is known can be planned for.
    where
        register.birth_date_earliest = register.birth_date_latest
        and register.birth_date_latest > {{ years_before('months.month_end_date', 'ages.age') }}
        and register.birth_date_latest <= {{ years_before('months.turning_until', 'ages.age') }}
)

select
    turning.month_end_date,
    turning.resident_no,
    turning.age,
    household.area_code,
    household.living_household_no
from turning
inner join {{ ref('int_member__at_month') }} as member
    on turning.month_end_date = member.month_end_date and turning.resident_no = member.resident_no
inner join {{ ref('int_household__masked') }} as household
    on
        member.month_end_date = household.month_end_date
        and member.living_household_no = household.living_household_no
-- Where a household is in need, coming of age moves people from one scheme to another.
where household.is_in_need

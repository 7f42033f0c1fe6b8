-- One row a compound household and month end M: whether the programme's own support reached it (M1-KGI-1).
with households as (
    select * from {{ ref('int_household__masked') }}
    where is_compound
),

reached_residents as (
    select
        month_end_date,
        resident_no
    from {{ ref('int_contact__at_month') }}
    where has_support_action
    union
    select
        month_end_date,
        resident_no
    from {{ ref('int_open_plan__at_month') }}
    -- The indicator is the programme's own rate: a konkyu plan is another programme's.
    where has_soudan_plan
),

reached as (
    select distinct
        members.month_end_date,
        members.living_household_no
    from reached_residents
    inner join {{ ref('int_member__at_month') }} as members
        on
            reached_residents.month_end_date = members.month_end_date
            and reached_residents.resident_no = members.resident_no
)

select
    households.month_end_date as period_end_date,
    households.area_code,
    identified.household_id as case_ref,
    households.compound_kind as subgroup,
    {{ share_amounts('reached.living_household_no is not null') }},
    cast(null as date) as occurred_on
from households
inner join {{ ref('int_household__identified') }} as identified
    on
        households.month_end_date = identified.month_end_date
        and households.living_household_no = identified.living_household_no
left join reached
    on
        households.month_end_date = reached.month_end_date
        and households.living_household_no = reached.living_household_no

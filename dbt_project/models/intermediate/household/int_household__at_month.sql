-- One row a living household and month end M: who lives there and what they need; the area is not masked yet.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

deliveries as (
    select * from {{ ref('int_month__delivered') }}
),

towns as (
    select
        deliveries.month_end_date,
        town.town_code,
        town.area_code
    from deliveries
    inner join {{ ref('stg_chiku__town') }} as town on deliveries.delivery_id = town.delivery_id
),

needs as (
    select * from {{ ref('int_person_need__at_month') }}
),

members as (
    select
        member.*,
        coalesce(needs.has_elderly_need, false) as has_elderly_need,
        coalesce(needs.has_disability_need, false) as has_disability_need,
        coalesce(needs.has_child_need, false) as has_child_need,
        coalesce(needs.has_child_need_with_youtai, false) as has_child_need_with_youtai,
        coalesce(needs.has_poverty_need, false) as has_poverty_need,
        coalesce(needs.domain_count, 0) as domain_count,
        coalesce(needs.domain_count_with_youtai, 0) as domain_count_with_youtai
    from months
    inner join {{ ref('int_member__at_month') }} as member on months.month_end_date = member.month_end_date
    left join needs on member.month_end_date = needs.month_end_date and member.resident_no = needs.resident_no
),

households as (
    select
        month_end_date,
        living_household_no,
        -- Members of one household may still stand under several addresses: the head's counts.
        coalesce(min(case when is_head then town_code end), min(town_code)) as town_code,
        count(*) as member_count,
        coalesce(bool_or(is_adult), false) as has_adult,
        coalesce(bool_or(not is_adult), false) as has_child,
        bool_or(is_adult is null) as has_undecided,
        bool_or(has_elderly_need) as has_elderly_need,
        bool_or(has_disability_need) as has_disability_need,
        bool_or(has_child_need) as has_child_need,
        bool_or(has_child_need_with_youtai) as has_child_need_with_youtai,
        bool_or(has_poverty_need) as has_poverty_need,
        max(domain_count) as most_domains_of_a_member,
        max(domain_count_with_youtai) as most_domains_of_a_member_with_youtai
    from members
    group by month_end_date, living_household_no
)

select
    households.month_end_date,
    households.living_household_no,
    towns.area_code,
    case
        when households.has_adult and households.has_child then 'AC'
        when households.has_undecided then 'UN'
        when households.has_adult then 'AO'
        else 'CO'
    end as household_type,
    cast(households.member_count as integer) as member_count,
    households.has_elderly_need,
    households.has_disability_need,
    households.has_child_need,
    households.has_child_need_with_youtai,
    households.has_poverty_need,
    {{ count_of_domains('has_child_need') }} as domain_count,
    {{ count_of_domains('has_child_need_with_youtai') }} as domain_count_with_youtai,
    households.most_domains_of_a_member,
    households.most_domains_of_a_member_with_youtai
from households
left join towns
    on
        households.month_end_date = towns.month_end_date
        and households.town_code = towns.town_code

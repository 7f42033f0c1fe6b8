-- One row a member at home, in no facility, and month end M, of a living household that some structural tier may be of.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

members as (
    select
        member.*,
        coalesce(needs.domain_count, 0) >= 1 as has_need,
        coalesce(needs.has_elderly_need, false) as has_elderly_need,
        coalesce(needs.has_disability_need, false) as has_disability_need,
        coalesce(needs.has_child_need, false) as has_child_need,
        coalesce(needs.has_child_need_with_youtai, false) as has_child_need_with_youtai,
        coalesce(needs.has_poverty_need, false) as has_poverty_need
    from months
    inner join {{ ref('int_member__described') }} as member on months.month_end_date = member.month_end_date
    left join {{ ref('int_person_need__at_month') }} as needs
        on member.month_end_date = needs.month_end_date and member.resident_no = needs.resident_no
    -- Who lives in a facility is left out as if not living there, needs and contacts included.
    where not member.in_facility
),

-- One row a month, so that the settings are read once and not for every resident.
widest as (
    select
        month_end_date,
        {{ lowest_setting('pattern_8050_parent_age_from') }} as parent_age_from,
        {{ lowest_setting('pattern_8050_child_age_from') }} as middle_age_from,
        {{ highest_setting('pattern_8050_child_age_until') }} as middle_age_until,
        {{ highest_setting('pattern_double_care_child_age_under') }} as infant_age_under,
        {{ lowest_setting('pattern_young_carer_child_age_from') }} as child_age_from,
        {{ highest_setting('pattern_young_carer_child_age_until') }} as child_age_until,
        {{ lowest_setting('pattern_isolation_age_from') }} as alone_age_from
    from months
),

homes as (
    select
        members.month_end_date,
        members.living_household_no,
        coalesce(bool_or(members.age_at_least >= widest.parent_age_from), false)
        and coalesce(bool_or(
            members.is_without_spouse
            and members.age_at_least >= widest.middle_age_from and members.age_at_most <= widest.middle_age_until
        ), false) as may_be_8050,
        bool_or(members.needs_care)
        and coalesce(bool_or(members.age_at_most < widest.infant_age_under), false) as may_be_double_care,
        bool_or(members.needs_care or members.has_handbook)
        and coalesce(bool_or(
            members.age_at_least >= widest.child_age_from and members.age_at_most <= widest.child_age_until
        ), false) as may_be_young_carer,
        count(*) = 1
        and coalesce(bool_or(members.age_at_least >= widest.alone_age_from), false) as may_be_isolation,
        -- Compound begins at two domains.
        cast(bool_or(members.has_elderly_need) as integer) + cast(bool_or(members.has_disability_need) as integer)
        + cast(bool_or(members.has_child_need) as integer) + cast(bool_or(members.has_poverty_need) as integer) >= 2
            as is_compound_at_home,
        cast(bool_or(members.has_elderly_need) as integer) + cast(bool_or(members.has_disability_need) as integer)
        + cast(bool_or(members.has_child_need_with_youtai) as integer)
        + cast(bool_or(members.has_poverty_need) as integer) >= 2 as is_compound_at_home_with_youtai
    from members
    inner join widest on members.month_end_date = widest.month_end_date
    group by members.month_end_date, members.living_household_no
)

select
    members.month_end_date,
    members.living_household_no,
    members.resident_no,
    members.birth_date_earliest,
    members.birth_date_latest,
    members.age_at_least,
    members.age_at_most,
    members.needs_care,
    members.has_handbook,
    members.is_without_spouse,
    members.has_need,
    homes.may_be_8050,
    homes.may_be_double_care,
    homes.may_be_young_carer,
    homes.may_be_isolation,
    homes.is_compound_at_home,
    homes.is_compound_at_home_with_youtai
from homes
inner join members
    on homes.month_end_date = members.month_end_date and homes.living_household_no = members.living_household_no
where
    homes.may_be_8050
    or homes.may_be_double_care
    or homes.may_be_young_carer
    or homes.may_be_isolation
    or homes.is_compound_at_home_with_youtai

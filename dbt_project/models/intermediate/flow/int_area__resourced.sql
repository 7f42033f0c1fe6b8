-- One row a thing that an area has at month end M (a post, a place, a conference …) and how much of it.
with months as (
    select
        month_end_date,
        {{ days_before('month_end_date', threshold('year_days')) }} as year_begins_after
    from {{ ref('int_month__spined') }}
),

agencies as (
    select * from {{ ref('int_agency__at_month') }}
),

posts as (
    select
        posts.month_end_date,
        agencies.area_code,
        posts.required_fte,
        posts.filled_fte
    from {{ ref('int_post__at_month') }} as posts
    left join agencies
        on posts.month_end_date = agencies.month_end_date and posts.agency_code = agencies.agency_code
),

staff as (
    select
        staff.month_end_date,
        agencies.area_code
    from {{ ref('int_staff__at_month') }} as staff
    left join agencies
        on staff.month_end_date = agencies.month_end_date and staff.agency_code = agencies.agency_code
    where {{ is_in_force('staff.employed_from', 'staff.employed_to', 'staff.month_end_date') }}
),

places as (
    select * from {{ ref('int_place__at_month') }}
    where {{ is_open('opened_on', 'closed_on', 'month_end_date') }}
),

groups as (
    select * from {{ ref('int_group__at_month') }}
    where {{ is_open('registered_on', 'abolished_on', 'month_end_date') }}
),

conferences as (
    select conferences.*
    from months
    inner join {{ ref('int_conference__at_month') }} as conferences
        on months.month_end_date = conferences.month_end_date
    where
        conferences.held_on_earliest > months.year_begins_after
        and conferences.held_on_earliest <= months.month_end_date
        -- 支援会議 counts in no table outside the restricted zone.
        and (
            {{ is_in_code_set('conferences.conference_kind', 'coordination_conference') }}
            or {{ is_in_code_set('conferences.conference_kind', 'care_conference') }}
        )
)

select
    month_end_date,
    area_code,
    'required_fte' as resource,
    {{ amount('required_fte') }} as amount
from posts
union all
select
    month_end_date,
    area_code,
    'filled_fte' as resource,
    {{ amount('filled_fte') }} as amount
from posts
union all
select
    month_end_date,
    area_code,
    'staff' as resource,
    {{ amount(1) }} as amount
from staff
union all
select
    month_end_date,
    area_code,
    'place' as resource,
    {{ amount(1) }} as amount
from places
union all
select
    month_end_date,
    area_code,
    'place_capacity' as resource,
    {{ amount('capacity') }} as amount
from places
union all
select
    month_end_date,
    area_code,
    'group' as resource,
    {{ amount(1) }} as amount
from groups
union all
select
    month_end_date,
    area_code,
    'agreement' as resource,
    {{ amount(1) }} as amount
from agencies
where {{ is_in_force('agreement_from', 'agreement_to', 'month_end_date') }}
union all
-- The kinds are never added up.
select
    month_end_date,
    area_code,
    case when {{ is_in_code_set('conference_kind', 'care_conference') }} then 'care_conference' else 'conference' end
        as resource,
    {{ amount(1) }} as amount
from conferences

-- One row a community group (地域団体), as the newest month knows it.
with months as (
    select * from {{ ref('int_month__spined') }}
    where is_newest
),

community_groups as (
    select * from {{ ref('int_group__at_month') }}
)

select
    community_groups.group_id,
    community_groups.group_name,
    community_groups.area_code,
    community_groups.is_resident_led,
    community_groups.registered_on_earliest as registered_on,
    community_groups.abolished_on_latest as abolished_on,
    community_groups.subsidy_yen
from months
inner join community_groups on months.month_end_date = community_groups.month_end_date

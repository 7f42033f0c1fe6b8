-- One row a resident with a need at month end M, and the domains of it; youtai's part stands apart.
{{ config(materialized='incremental', pre_hook="{{ delete_months_to_build() }}") }}

with months as (
    select * from {{ ref('int_month__spined') }} {{ only_months_to_build() }}
),

needs as (
    select
        *,
        'elderly' as domain
    from {{ ref('int_need__elderly') }}
    union all
    select
        *,
        'disability' as domain
    from {{ ref('int_need__disability') }}
    union all
    select
        *,
        'child' as domain
    from {{ ref('int_need__child') }}
    union all
    select
        *,
        'child_by_youtai' as domain
    from {{ ref('int_need__child_by_youtai') }}
    union all
    select
        *,
        'poverty' as domain
    from {{ ref('int_need__poverty') }}
),

residents as (
    select
        month_end_date,
        resident_no
    from {{ ref('int_resident__at_month') }}
),

flags as (
    select
        months.month_end_date,
        needs.resident_no,
        bool_or(needs.domain = 'elderly') as has_elderly_need,
        bool_or(needs.domain = 'disability') as has_disability_need,
        bool_or(needs.domain = 'child') as has_child_need,
        bool_or(needs.domain = 'child' or needs.domain = 'child_by_youtai') as has_child_need_with_youtai,
        bool_or(needs.domain = 'poverty') as has_poverty_need
    from months
    inner join needs on months.month_end_date = needs.month_end_date
    -- Who is not a resident at M has no need at M in the household counts.
    inner join residents
        on needs.month_end_date = residents.month_end_date and needs.resident_no = residents.resident_no
    group by months.month_end_date, needs.resident_no
)

select
    month_end_date,
    resident_no,
    has_elderly_need,
    has_disability_need,
    has_child_need,
    has_child_need_with_youtai,
    has_poverty_need,
    {{ count_of_domains('has_child_need') }} as domain_count,
    {{ count_of_domains('has_child_need_with_youtai') }} as domain_count_with_youtai
from flags

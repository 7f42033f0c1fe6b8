-- One row a post and month end M: required and qualified full-time equivalents (M1-KSI-2).
with posts as (
    select * from {{ ref('int_post__at_month') }}
),

qualified as (
    select
        *,
        -- Qualified people beyond the requirement of one post fill no other.
        case when qualified_fte > required_fte then required_fte else coalesce(qualified_fte, 0) end as counted_fte
    from posts
    where required_fte is not null
)

select
    month_end_date as period_end_date,
    cast(null as varchar) as area_code,
    agency_code as case_ref,
    occupation as subgroup,
    counted_fte > 0 as is_numerator,
    {{ amount('counted_fte') }} as numerator_amount,
    {{ amount('required_fte') }} as denominator_amount,
    cast(null as date) as occurred_on
from qualified

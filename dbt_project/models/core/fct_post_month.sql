-- One row a post (機関・職種) and month end M.
with posts as (
    select * from {{ ref('int_post__at_month') }}
),

agencies as (
    select * from {{ ref('int_agency__at_month') }}
)

select
    posts.month_end_date,
    posts.agency_code,
    agencies.area_code,
    posts.occupation,
    posts.required_fte,
    posts.filled_fte,
    posts.qualified_fte,
    posts.is_coordination_post
from posts
left join agencies on posts.month_end_date = agencies.month_end_date and posts.agency_code = agencies.agency_code

-- One row a person whom the register does not know and month end M: the household they probably live with (おそらく同居).
{{ config(materialized='table') }}

with neighboured as (
    select * from {{ ref('int_household__neighboured') }}
),

reasons as (
    select * from {{ ref('probable_member_reason') }}
),

identified as (
    select * from {{ ref('int_household__identified') }}
),

strongest as (
    select
        neighboured.*,
        reasons.label
    from neighboured
    inner join reasons on neighboured.reason = reasons.reason
    qualify
        rank() over (
            partition by neighboured.month_end_date, neighboured.person_id order by reasons.strength
        ) = 1
)

select
    strongest.month_end_date,
    identified.household_id,
    strongest.person_id,
    strongest.reason,
    strongest.label as reason_label,
    strongest.observed_on,
    strongest.expires_on
from strongest
inner join identified
    on
        strongest.month_end_date = identified.month_end_date
        and strongest.living_household_no = identified.living_household_no
-- Two households that are equally near: nobody can say with which of them.
qualify count(*) over (partition by strongest.month_end_date, strongest.person_id) = 1

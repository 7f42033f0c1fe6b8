-- Who has no pseudonym would drop out of every count.
select households.living_household_no
from (
    select distinct living_household_no
    from {{ ref('int_household__at_month') }}
    where month_end_date in (select month_end from {{ source('ledger', 'month') }} where needs_build)
) as households
left join {{ ref('int_household__identified') }} as identified
    on households.living_household_no = identified.household_no
where identified.household_id is null

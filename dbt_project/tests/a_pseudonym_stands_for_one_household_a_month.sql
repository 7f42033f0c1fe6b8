-- Ids follow from month to month, so a month that is built anew may give them to others in every later one.
select
    month_end_date,
    household_id
from {{ ref('int_household__identified') }}
where month_end_date >= (select min(month_end) from {{ source('ledger', 'month') }} where needs_build)
group by month_end_date, household_id
having count(*) > 1

-- Who has no pseudonym would drop out of every count.
select
    month_end_date,
    living_household_no
from {{ ref('int_household__identified') }}
where household_id is null

-- A household that is suspected of a pattern is not among those where it is confirmed.
select
    month_end_date,
    household_id,
    pattern
from {{ ref('restricted_fct_pattern_month') }}
group by month_end_date, household_id, pattern
having bool_or(tier = 'suspected') and bool_or(tier = 'confirmed')

-- Areas need not add up to ALL (protected households have none), but never exceed it.
select month_end_date
from {{ ref('mart_overlap_summary') }}
group by month_end_date
having
    sum(case when area_code = 'ALL' then 0 else household_count end)
    > sum(case when area_code = 'ALL' then household_count end)

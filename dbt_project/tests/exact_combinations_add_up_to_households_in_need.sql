-- Each household in need has exactly one combination.
select
    month_end_date,
    area_code,
    household_type
from {{ ref('mart_domain_overlap') }}
where match = 'exact'
group by month_end_date, area_code, household_type
having sum(household_count) <> max(in_need_count)

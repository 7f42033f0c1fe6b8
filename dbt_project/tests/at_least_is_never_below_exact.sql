-- Households with exactly these domains have at least these.
select
    exact.month_end_date,
    exact.domains
from {{ ref('mart_domain_overlap') }} as exact
inner join {{ ref('mart_domain_overlap') }} as at_least
    using (month_end_date, area_code, household_type, domains)
where exact.match = 'exact' and at_least.match = 'at_least' and at_least.household_count < exact.household_count

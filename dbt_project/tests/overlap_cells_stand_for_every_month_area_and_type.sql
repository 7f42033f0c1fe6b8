-- A cell of zero is a cell: 15 combinations, twice, for every month, area that is known there, and household type.
select count(*) as cells
from {{ ref('mart_domain_overlap') }}
having
    count(*) <> 30 * (select count(*) from {{ ref('int_month_area__celled') }})
    * (1 + (select count(*) from {{ ref('household_type') }}))

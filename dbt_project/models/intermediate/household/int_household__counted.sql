-- One row a month end M, area, household type, set of needs and compound kind: how many living households.
with households as (
    select * from {{ ref('int_household__masked') }}
)

select
    month_end_date,
    area_code,
    household_type,
    has_elderly_need,
    has_disability_need,
    has_child_need,
    has_poverty_need,
    domain_count,
    compound_kind,
    member_count = 1 as is_single_person,
    count(*) as household_count
from households
group by all

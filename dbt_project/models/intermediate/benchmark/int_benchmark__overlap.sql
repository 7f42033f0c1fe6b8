-- One row an indicator of the brief on overlap and month end M.
with summary as (
    select * from {{ ref('mart_overlap_summary') }}
    where area_code = 'ALL'
),

pairs as (
    select * from {{ ref('mart_domain_overlap') }}
    where area_code = 'ALL' and household_type = 'ALL' and match = 'at_least'
)

select
    month_end_date,
    {{ each_figure({
        'overlap_compound_share': percent('compound_count', 'in_need_count'),
        'overlap_three_or_more': percent('three_or_more_count', 'compound_count'),
        'single_person_households': percent('single_person_count', 'household_count')
    }) }}
from summary
union all
select
    month_end_date,
    'overlap_' || replace(domains, '+', '_') as indicator_id,
    100.0 * share_of_in_need as value
from pairs

-- One row a general consultation desk open at month end M, and one an area for its residents (M1-KPI-3).
with agencies as (
    select * from {{ ref('int_agency__at_month') }}
),

residents as (
    select
        month_end_date,
        area_code,
        sum(member_count) as resident_count
    from {{ ref('int_household__masked') }}
    group by month_end_date, area_code
)

select
    month_end_date as period_end_date,
    area_code,
    agency_code as case_ref,
    'desk' as subgroup,
    {{ count_amounts() }},
    opened_on_earliest as occurred_on
from agencies
where
    -- 総合相談窓口 = 1
    is_general_desk
    and {{ is_open('opened_on', 'closed_on', 'month_end_date') }}
union all
select
    month_end_date as period_end_date,
    area_code,
    cast(null as varchar) as case_ref,
    'residents' as subgroup,
    false as is_numerator,
    {{ amount(0) }} as numerator_amount,
    {{ amount('resident_count / ' ~ threshold('kpi_residents_per_desk')) }} as denominator_amount,
    cast(null as date) as occurred_on
from residents

-- One row a resident-led group first registered in the fiscal year to month end M (M3-KPI-4).
with resident_led as (
    select * from {{ ref('int_group__at_month') }}
    -- 住民主体 = 1
    where is_resident_led
)

select
    periods.period_end_date,
    resident_led.area_code,
    resident_led.group_id as case_ref,
    cast(null as varchar) as subgroup,
    {{ count_amounts() }},
    resident_led.registered_on_earliest as occurred_on
from {{ ref('int_period__reckoned') }} as periods
inner join resident_led
    on
        periods.period_end_date = resident_led.month_end_date
        and {{ in_fiscal_year('resident_led.registered_on_earliest', 'periods') }}

-- One row a unit that an indicator counted and month end M: pseudonymous, so that every number can be listed.
with counted as (
    {{ all_counted_rows() }}
)

select
    kpi_id,
    period_end_date,
    area_code,
    case_ref,
    subgroup,
    is_numerator,
    cast(numerator_amount as double) as numerator_amount,
    cast(denominator_amount as double) as denominator_amount,
    occurred_on
from counted

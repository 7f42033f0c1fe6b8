-- One row a month end M, area and measure beside M2-KGI-1: resolved cases whose person came again in 183 days.
with cells as (
    {{ kpi_cells('m2_kgi_1') }}
),

resolved as (
    select
        counted.period_end_date,
        counted.area_code,
        counted.case_ref,
        counted.occurred_on as closed_on,
        consultations.person_id
    from {{ ref('int_counted__m2_kgi_1') }} as counted
    inner join {{ ref('int_consultation__described') }} as consultations on counted.case_ref = consultations.case_id
    where counted.is_numerator
),

recurred as (
    select distinct
        resolved.period_end_date,
        resolved.case_ref
    from resolved
    inner join {{ ref('int_consultation__described') }} as again
        on
            resolved.person_id = again.person_id
            and resolved.closed_on < again.received_on
            and resolved.period_end_date >= again.received_on
    where {{ days_between('resolved.closed_on', 'again.received_on') }} <= {{ threshold('kpi_recurrence_days') }}
),

measured as (
    select
        cells.period_end_date,
        cells.area_code,
        count(resolved.case_ref) as resolved_count,
        count(recurred.case_ref) as recurred_count
    from cells
    left join resolved on {{ is_of_cell('resolved', 'cells') }}
    left join recurred
        on resolved.period_end_date = recurred.period_end_date and resolved.case_ref = recurred.case_ref
    group by cells.period_end_date, cells.area_code
)

select
    period_end_date,
    area_code,
    'recurred_count' as measure,
    cast(case when resolved_count > 0 then recurred_count end as double) as value
from measured
union all
select
    period_end_date,
    area_code,
    'recurrence_share' as measure,
    100 * cast(recurred_count as double) / nullif(resolved_count, 0) as value
from measured

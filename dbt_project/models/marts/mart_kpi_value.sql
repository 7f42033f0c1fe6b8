-- One row an indicator, month end M and area: value, what is due by M, status, coverage of its source, and why not.
with metrics as (
    {{ all_metrics() }}
),

periods as (
    select * from {{ ref('int_period__reckoned') }}
),

told as (
    select
        kpi.kpi_id,
        metrics.period_end_date,
        metrics.area_code,
        coverage.missing_feeds is null
        and coverage.silent_feeds is null
        and coverage.unused_feeds is null as is_told,
        metrics.numerator,
        metrics.denominator,
        metrics.value,
        metrics.value_low,
        metrics.value_high,
        -- An annual count is the municipality's target, not an area's.
        case when metrics.area_code = 'ALL' or not kpi.is_annual_count then kpi.target end as target,
        kpi.baseline,
        kpi.direction,
        -- An annual count is due pro rata by the months elapsed.
        case when kpi.is_annual_count then periods.months_elapsed / 12.0 else 1 end as share_due,
        coverage.coverage_months_delivered,
        coverage.coverage_months_due,
        coverage.missing_feeds,
        coverage.silent_feeds,
        coverage.missing_feeds_beside,
        coverage.late_feeds,
        coverage.unused_feeds,
        coverage.unused_feeds_beside,
        kpi.no_value_ja
    from metrics
    inner join {{ ref('kpi') }} as kpi on metrics.kpi_id = kpi.kpi_id
    inner join periods on metrics.period_end_date = periods.period_end_date
    inner join {{ ref('int_kpi__covered') }} as coverage
        on metrics.kpi_id = coverage.kpi_id and metrics.period_end_date = coverage.period_end_date
),

valued as (
    select
        *,
        case when is_told then value end as told_value,
        target * share_due as target_due,
        -- Compared after rounding: 0.1 has no exact binary form, and a limit is met by those who are on it.
        round(case when direction = 'at_most' then -value else value end, 9) as achieved,
        round(case when direction = 'at_most' then -1 else 1 end * target * share_due, 9) as wanted,
        round(
            case when direction = 'at_most' then -1 else 1 end * target * share_due
            - {{ threshold('kpi_on_track_margin') }} * target * share_due, 9
        ) as nearly_wanted
    from told
)

select
    valued.kpi_id,
    valued.period_end_date,
    valued.area_code,
    case when valued.is_told then valued.numerator end as numerator,
    case when valued.is_told then valued.denominator end as denominator,
    valued.told_value as value,
    valued.target,
    valued.baseline,
    case
        when valued.told_value is null then 'no_data'
        when valued.achieved >= valued.wanted then 'met'
        when valued.achieved >= valued.nearly_wanted then 'on_track'
        when valued.target is not null then 'behind'
    end as status,
    kpi.measure_no,
    kpi.name_ja,
    kpi.unit,
    kpi.direction,
    cast(valued.target_due as double) as target_due,
    case when valued.is_told then valued.value_low end as value_low,
    case when valued.is_told then valued.value_high end as value_high,
    valued.coverage_months_delivered,
    valued.coverage_months_due,
    cast(valued.coverage_months_delivered as double) / valued.coverage_months_due as coverage_share,
    kpi.definition_version,
    {{ kpi_reason('valued') }} as reason
from valued
inner join {{ ref('kpi') }} as kpi on valued.kpi_id = kpi.kpi_id

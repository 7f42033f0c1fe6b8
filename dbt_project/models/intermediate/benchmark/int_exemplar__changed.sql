-- One row an indicator of the model municipalities and month end M: the year up to M beside one years before.
with detected as (
    select
        *,
        1.0 * early_met_count / nullif(met_count, 0) as early_met_share,
        1.0 * early_supported_count / nullif(supported_count, 0) as early_supported_share
    from {{ ref('int_exemplar__detected') }}
),

counted as (
    select * from {{ ref('int_exemplar__counted') }}
    where indicator_id = 'compound_consultations_yearly'
),

earliest as (
    select min(received_on) as received_on from {{ ref('fct_consultation') }}
),

-- A year that began before the records did cannot be compared with.
comparable as (
    select detected.*
    from detected
    cross join earliest
    where {{ days_before('detected.month_end_date', threshold('year_days')) }} >= earliest.received_on
),

spans as (
    select
        detected.month_end_date,
        {{ years_before('detected.month_end_date', 3) }} as three_years_before,
        {{ years_before('detected.month_end_date', 5) }} as five_years_before
    from detected
)

select
    spans.month_end_date,
    {{ each_figure({
        'early_detection_change': '100.0 * (detected.early_met_share / nullif(three.early_met_share, 0) - 1)',
        'early_support_change': '100.0 * (detected.early_supported_share / nullif(three.early_supported_share, 0) - 1)',
        'early_detection_times': 'detected.early_met_share / nullif(five.early_met_share, 0)'
    }) }}
from spans
inner join detected on spans.month_end_date = detected.month_end_date
left join comparable as three on last_day(spans.three_years_before) = three.month_end_date
left join comparable as five on last_day(spans.five_years_before) = five.month_end_date
union all
select
    counted.month_end_date,
    'compound_consulters_increase' as indicator_id,
    counted.value - before.value as value
from counted
inner join counted as before on last_day({{ years_before('counted.month_end_date', 1) }}) = before.month_end_date
inner join comparable on before.month_end_date = comparable.month_end_date

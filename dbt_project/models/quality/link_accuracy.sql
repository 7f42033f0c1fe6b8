-- One row a score band: of the pairs that reviewers decided, how many are one person, beside what the model said.
with bands as (
    select * from {{ ref('link_score_band') }}
),

reviewed as (
    select * from {{ ref('int_link_pair__reviewed') }}
),

queued as (
    select * from {{ ref('int_link_pair__queued') }}
),

terms as (
    select * from {{ ref('link_term') }}
    where kind = 'calibration'
),

reviewed_in_band as (
    select
        bands.band,
        count(*) as reviewed_count,
        count(*) filter (where reviewed.is_one_person) as must_link_count,
        avg(reviewed.probability) as model_mean
    from reviewed
    inner join bands
        on
            {{ is_in_class('reviewed.probability', 'bands.probability_from', 'bands.probability_under') }}
            or (reviewed.probability is null and bands.probability_from is null)
    group by bands.band
),

queued_in_band as (
    select
        bands.band,
        count(*) as waiting_count
    from queued
    inner join bands
        on
            {{ is_in_class('queued.probability', 'bands.probability_from', 'bands.probability_under') }}
            or (queued.probability is null and bands.probability_from is null)
    group by bands.band
),

shared as (
    select
        bands.*,
        coalesce(queued_in_band.waiting_count, 0) as waiting_count,
        coalesce(reviewed_in_band.reviewed_count, 0) as reviewed_count,
        coalesce(reviewed_in_band.must_link_count, 0) as must_link_count,
        reviewed_in_band.model_mean,
        cast(reviewed_in_band.must_link_count as double) / reviewed_in_band.reviewed_count as observed_precision,
        {{ threshold('kpi_interval_z') }} as z
    from bands
    left join reviewed_in_band on bands.band = reviewed_in_band.band
    left join queued_in_band on bands.band = queued_in_band.band
),

centred as (
    select
        *,
        {{ wilson_middle('observed_precision', 'nullif(reviewed_count, 0)', 'z') }} as middle,
        {{ wilson_half_width('observed_precision', 'nullif(reviewed_count, 0)', 'z') }} as half_width
    from shared
),

bounded as (
    select
        *,
        case when reviewed_count > 0 then {{ wilson_low('middle', 'half_width') }} end as precision_low,
        case when reviewed_count > 0 then {{ wilson_high('middle', 'half_width') }} end as precision_high
    from centred
),

judged as (
    select
        *,
        case
            when model_mean is null then 'no_data'
            when abs(observed_precision - model_mean) <= {{ threshold('link_calibration_margin') }} then 'close'
            when model_mean between precision_low and precision_high then 'unclear'
            else 'apart'
        end as status
    from bounded
)

select
    judged.band,
    judged.label as band_label,
    judged.probability_from,
    judged.probability_under,
    judged.sort_order,
    cast(judged.waiting_count as bigint) as waiting_count,
    cast(judged.reviewed_count as bigint) as reviewed_count,
    cast(judged.must_link_count as bigint) as must_link_count,
    judged.observed_precision,
    cast(judged.precision_low as double) as precision_low,
    cast(judged.precision_high as double) as precision_high,
    judged.model_mean,
    judged.status,
    terms.label as status_label
from judged
left join terms on judged.status = terms.code

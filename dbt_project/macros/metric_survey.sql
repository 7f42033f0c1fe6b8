{#
  Survey indicators: weighted shares with a 95 % interval. The weights make the answers count unequally, so the
  interval is Wilson's on Kish's effective number of answers, (sum of w)^2 / sum of w^2 (docs/adr/0019).
#}

{# A whole metric from counted rows whose denominator_amount is the answer's weight. #}
{% macro metric_survey(key) -%}
    with cells as (
        {{ kpi_cells(key) }}
    ),

    summed as (
        select
            cells.period_end_date,
            cells.area_code,
            cast(coalesce(sum(counted.numerator_amount), 0) as double) as numerator,
            cast(coalesce(sum(counted.denominator_amount), 0) as double) as denominator,
            -- The square of a weight of a thousand residents or more is beyond 18 digits.
            cast(
                sum(cast(counted.denominator_amount as decimal(38, 6)) * counted.denominator_amount) as double
            ) as squares
        from cells
        left join {{ ref('int_counted__' ~ key) }} as counted on {{ is_of_cell('counted', 'cells') }}
        group by cells.period_end_date, cells.area_code
    ),

    shared as (
        select
            *,
            numerator / nullif(denominator, 0) as share,
            denominator * denominator / nullif(squares, 0) as effective_count,
            {{ threshold('kpi_interval_z') }} as z
        from summed
    ),

    centred as (
        select
            *,
            {{ wilson_middle('share', 'effective_count', 'z') }} as middle,
            {{ wilson_half_width('share', 'effective_count', 'z') }} as half_width
        from shared
    )

    select
        period_end_date,
        area_code,
        numerator,
        denominator,
        100 * share as value,
        100 * {{ wilson_low('middle', 'half_width') }} as value_low,
        100 * {{ wilson_high('middle', 'half_width') }} as value_high
    from centred
{%- endmacro %}

{# The counted rows of a survey indicator: one an answer, with its weight; `is_yes` is a condition on `answer`. #}
{% macro counted_answers(question, is_yes) -%}
    with answers as (
        select * from {{ ref('int_survey__weighted') }}
        where question = '{{ question }}'
    )

    select
        month_end_date as period_end_date,
        area_code,
        response_id as case_ref,
        age_class as subgroup,
        {{ is_yes }} as is_numerator,
        case when {{ is_yes }} then weight else 0 end as numerator_amount,
        weight as denominator_amount,
        cast(null as date) as occurred_on
    from answers
{%- endmacro %}

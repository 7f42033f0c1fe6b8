{#
  The one shape of a metric: period_end_date, area_code (ALL or an area), numerator, denominator, value,
  value_low, value_high. Its rows come from the indicator's counted rows, so that every number can be listed.
#}

{# The indicators in order; an architecture test holds this list, the seed `kpi` and the models together. #}
{% macro kpi_keys() -%}
    {{ return([
        'm1_kgi_1', 'm1_kgi_2', 'm1_ksi_1', 'm1_ksi_2', 'm1_kpi_1', 'm1_kpi_2', 'm1_kpi_3', 'm1_kpi_4',
        'm2_kgi_1', 'm2_kgi_2', 'm2_ksi_1', 'm2_ksi_2', 'm2_kpi_1', 'm2_kpi_2', 'm2_kpi_3', 'm2_kpi_4',
        'm3_kgi_1', 'm3_kgi_2', 'm3_ksi_1', 'm3_ksi_2', 'm3_kpi_1', 'm3_kpi_2', 'm3_kpi_3', 'm3_kpi_4'
    ]) }}
{%- endmacro %}

{# `m1_kgi_1` as the catalogue writes it. #}
{% macro kpi_id(key) -%} {{ return(key | upper | replace('_', '-')) }} {%- endmacro %}

{# The rows that a metric must have, whether anything was counted there or not. #}
{% macro kpi_cells(key) -%}
    select
        cells.period_end_date,
        cells.area_code
    from {{ ref('int_period__celled') }} as cells
    inner join {{ ref('kpi') }} as kpi on kpi.kpi_id = '{{ kpi_id(key) }}'
    -- Where the source has no areas, only the whole municipality has a value.
    where kpi.has_areas or cells.area_code = 'ALL'
{%- endmacro %}

{# A counted row belongs to its own area's cell and to ALL; without an area to ALL alone. #}
{% macro is_of_cell(counted, cells) -%}
    {{ cells }}.period_end_date = {{ counted }}.period_end_date
    and ({{ cells }}.area_code = {{ counted }}.area_code or {{ cells }}.area_code = 'ALL')
{%- endmacro %}

{# From a CTE `summed` (period_end_date, area_code, numerator, denominator): the metric; no denominator, no value. #}
{% macro metric_of_sums(scale=1) -%}
    select
        period_end_date,
        area_code,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        {{ scale }} * cast(numerator as double) / nullif(cast(denominator as double), 0) as value,
        cast(null as double) as value_low,
        cast(null as double) as value_high
    from summed
{%- endmacro %}

{# A whole metric: the sum of its counted rows' numerators over that of their denominators. #}
{% macro metric_ratio(key, scale=100) -%}
    with cells as (
        {{ kpi_cells(key) }}
    ),

    summed as (
        select
            cells.period_end_date,
            cells.area_code,
            coalesce(sum(counted.numerator_amount), 0) as numerator,
            coalesce(sum(counted.denominator_amount), 0) as denominator
        from cells
        left join {{ ref('int_counted__' ~ key) }} as counted on {{ is_of_cell('counted', 'cells') }}
        group by cells.period_end_date, cells.area_code
    )

    {{ metric_of_sums(scale) }}
{%- endmacro %}

{# A whole metric: how much was counted; its denominator is 1, so nothing counted is 0. #}
{% macro metric_count(key) -%}
    with cells as (
        {{ kpi_cells(key) }}
    ),

    summed as (
        select
            cells.period_end_date,
            cells.area_code,
            coalesce(sum(counted.numerator_amount), 0) as numerator,
            1 as denominator
        from cells
        left join {{ ref('int_counted__' ~ key) }} as counted on {{ is_of_cell('counted', 'cells') }}
        group by cells.period_end_date, cells.area_code
    )

    {{ metric_of_sums() }}
{%- endmacro %}

{# A `;`-joined list of the KPI seed names a thing. #}
{% macro lists(list, item) -%}
    (';' || coalesce({{ list }}, '') || ';' like '%;' || {{ item }} || ';%')
{%- endmacro %}

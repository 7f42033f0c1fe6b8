{# In an aggregation over int_figure__covered: whether one figure's feeds told enough for a number. #}
{% macro told(figure_id) -%} coalesce(bool_and(is_told) filter (where figure_id = '{{ figure_id }}'), true) {%- endmacro %}

{# What is counted, where its feeds told enough: then nothing is 0. What was never delivered is null. #}
{% macro if_told(is_told, value) -%} case when {{ is_told }} then coalesce({{ value }}, 0) end {%- endmacro %}

{# The reasons of several figures in one text; null when there is none. #}
{% macro joined_reasons(figures) -%}
    string_agg(distinct reason, '。' order by reason) filter (where figure_id in ('{{ figures | join("', '") }}'))
{%- endmacro %}

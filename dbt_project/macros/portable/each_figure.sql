{# In a select: a row for each figure, as the columns indicator_id and value; `figures` maps an id to its expression. #}
{% macro each_figure(figures) -%} {{ return(adapter.dispatch('each_figure')(figures)) }} {%- endmacro %}

{% macro default__each_figure(figures) -%}
    unnest([
        {%- for indicator_id, value in figures.items() %}
        {'indicator_id': '{{ indicator_id }}', 'value': cast({{ value }} as double)}{% if not loop.last %},{% endif %}
        {%- endfor %}
    ], recursive := true)
{%- endmacro %}

{# So many of so many, in percent; nothing of nothing is no value. #}
{% macro percent(part, whole) -%} 100.0 * {{ part }} / nullif({{ whole }}, 0) {%- endmacro %}

{# So many for each thousand. #}
{% macro per_thousand(part, whole) -%}
    cast(1000.0 * {{ part }} / nullif({{ whole }}, 0) as double)
{%- endmacro %}

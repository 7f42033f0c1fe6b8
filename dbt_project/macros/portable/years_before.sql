{# The same day so many years earlier; 29 February becomes 28 February. #}
{% macro years_before(day, years) -%} {{ return(adapter.dispatch('years_before')(day, years)) }} {%- endmacro %}

{% macro default__years_before(day, years) -%}
    cast({{ day }} - to_years(cast({{ years }} as integer)) as date)
{%- endmacro %}

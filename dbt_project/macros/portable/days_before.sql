{# The day so many days earlier. #}
{% macro days_before(day, days) -%} {{ return(adapter.dispatch('days_before')(day, days)) }} {%- endmacro %}

{% macro default__days_before(day, days) -%} cast({{ day }} - cast({{ days }} as integer) as date) {%- endmacro %}

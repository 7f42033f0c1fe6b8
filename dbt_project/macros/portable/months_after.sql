{# The last day of the month so many months after a month end. #}
{% macro months_after(month_end, months) -%} {{ return(adapter.dispatch('months_after')(month_end, months)) }} {%- endmacro %}

{% macro default__months_after(month_end, months) -%}
    last_day({{ month_end }} + to_months(cast({{ months }} as integer)))
{%- endmacro %}

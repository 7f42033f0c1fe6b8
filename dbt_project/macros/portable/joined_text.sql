{# The values of a group in one text, sorted, where a condition holds; null when it holds nowhere. #}
{% macro joined_text(value, condition) -%} {{ return(adapter.dispatch('joined_text')(value, condition)) }} {%- endmacro %}

{% macro default__joined_text(value, condition) -%}
    string_agg({{ value }}, '、' order by {{ value }}) filter (where {{ condition }})
{%- endmacro %}

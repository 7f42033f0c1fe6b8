{# The first day of a Japanese fiscal or school year, named by the year of its April. #}
{% macro april_first(year) -%} {{ return(adapter.dispatch('april_first')(year)) }} {%- endmacro %}

{% macro default__april_first(year) -%} make_date({{ year }}, 4, 1) {%- endmacro %}

{# In a select: every column of a relation but these. #}
{% macro all_but(relation, columns) -%} {{ return(adapter.dispatch('all_but')(relation, columns)) }} {%- endmacro %}

{% macro default__all_but(relation, columns) -%} {{ relation }}.* exclude ({{ columns | join(', ') }}) {%- endmacro %}

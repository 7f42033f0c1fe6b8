{# Whether a cell of several codes (`01;03`) holds one of them; blank holds none. #}
{% macro has_code(text, code) -%} {{ return(adapter.dispatch('has_code')(text, code)) }} {%- endmacro %}

{% macro default__has_code(text, code) -%}
    coalesce(contains(';' || {{ text }} || ';', ';' || {{ code }} || ';'), false)
{%- endmacro %}

{# In a select: a row for each code of such a cell; blank gives none. #}
{% macro each_code(text) -%} {{ return(adapter.dispatch('each_code')(text)) }} {%- endmacro %}

{% macro default__each_code(text) -%} unnest(string_split({{ text }}, ';')) {%- endmacro %}

{# How many codes such a cell holds; blank holds none. #}
{% macro code_count(text) -%} {{ return(adapter.dispatch('code_count')(text)) }} {%- endmacro %}

{% macro default__code_count(text) -%} coalesce(len(string_split({{ text }}, ';')), 0) {%- endmacro %}

{# The codes of a group in one such cell, sorted, where a condition holds; null when it holds nowhere. #}
{% macro joined_codes(code, condition) -%} {{ return(adapter.dispatch('joined_codes')(code, condition)) }} {%- endmacro %}

{% macro default__joined_codes(code, condition) -%}
    string_agg({{ code }}, ';' order by {{ code }}) filter (where {{ condition }})
{%- endmacro %}

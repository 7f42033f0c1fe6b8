{# A 63-bit number that stands for a long text within one build: short to group and join by; null stays null. #}
{% macro text_key(text) -%} {{ return(adapter.dispatch('text_key')(text)) }} {%- endmacro %}

{% macro default__text_key(text) -%}
    case when {{ text }} is not null then cast(hash({{ text }}) >> 1 as bigint) end
{%- endmacro %}

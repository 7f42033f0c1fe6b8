{# Whether a code belongs to a set of the seed `benchmark_code`; blank belongs to none. #}
{% macro is_in_code_set(code, code_set) -%}
    coalesce({{ code }} in (select code from {{ ref('benchmark_code') }} where code_set = '{{ code_set }}'), false)
{%- endmacro %}

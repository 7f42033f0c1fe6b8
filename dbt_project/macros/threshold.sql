{# A threshold's value by its id: seeds/policy/threshold.csv is its one home. #}
{% macro threshold(threshold_id) -%}
    (select max(value) from {{ ref('threshold') }} where threshold_id = '{{ threshold_id }}')
{%- endmacro %}

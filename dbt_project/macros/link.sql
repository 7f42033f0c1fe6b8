{# The feed that a record id names: feed|role|record_key. #}
{% macro feed_of_record(record_id) -%} split_part({{ record_id }}, '|', 1) {%- endmacro %}

{# Whether neither record of a pair is youtai's: that such a case exists is itself secret. #}
{% macro is_told_without_youtai(left_id, right_id) -%}
    {{ feed_of_record(left_id) }} <> 'youtai' and {{ feed_of_record(right_id) }} <> 'youtai'
{%- endmacro %}

{# Whether a value lies in a class whose lower limit counts and whose upper one does not; blank: none, no limit. #}
{% macro is_in_class(value, lower, upper) -%}
    ({{ value }} >= {{ lower }} and ({{ upper }} is null or {{ value }} < {{ upper }}))
{%- endmacro %}

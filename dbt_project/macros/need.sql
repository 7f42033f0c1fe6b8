{# Public assistance (生活保護) at a day: begun, not abolished, and not suspended unless the suspension was lifted. #}
{% macro is_assisted(cases, at) -%}
    (
        {{ has_begun(cases ~ '.started_on', at) }}
        and not {{ has_ended(cases ~ '.abolished_on', at) }}
        and not (
            {{ has_ended(cases ~ '.suspended_on', at) }}
            and not {{ has_begun(cases ~ '.suspension_lifted_on', at) }}
        )
    )
{%- endmacro %}

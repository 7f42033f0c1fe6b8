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

{# How many of the four domains a person or household has a need in; the child's by one of its two columns. #}
{% macro count_of_domains(child_need) -%}
    cast(
        cast(has_elderly_need as integer) + cast(has_disability_need as integer)
        + cast({{ child_need }} as integer) + cast(has_poverty_need as integer) as integer
    )
{%- endmacro %}

{# One person has all needs of a compound household, or they fall on several. #}
{% macro kind_of_compound(domain_count, most_domains_of_a_member) -%}
    case
        when {{ domain_count }} < 2 then null
        when {{ most_domains_of_a_member }} = {{ domain_count }} then 'one_person'
        else 'across_members'
    end
{%- endmacro %}

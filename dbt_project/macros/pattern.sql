{#
  The ages, windows and scores of the patterns are settings that the sensitivity table moves one at a time: a scenario
  is the settings as they stand (`default`) or with one of them moved, and each rule is written once, over scenarios.
#}

{# The thresholds that are settings of the patterns. #}
{% macro pattern_settings() -%}
    {{ return([
        'pattern_8050_parent_age_from',
        'pattern_8050_child_age_from',
        'pattern_8050_child_age_until',
        'pattern_8050_gap_from',
        'pattern_8050_gap_until',
        'pattern_8050_young_age_from',
        'pattern_double_care_child_age_under',
        'pattern_double_care_adult_age_from',
        'pattern_double_care_adult_age_until',
        'pattern_young_carer_child_age_from',
        'pattern_young_carer_child_age_until',
        'pattern_young_carer_adult_age_from',
        'pattern_young_carer_adult_age_until',
        'pattern_young_carer_adults_at_most',
        'pattern_hikikomori_age_from',
        'pattern_hikikomori_age_until',
        'pattern_isolation_age_from',
        'pattern_isolation_score_under',
        'pattern_consultation_days',
        'contact_days',
    ]) }}
{%- endmacro %}

{# After `group by month_end_date, scenario_id` of int_pattern__scenario: what a setting is in that scenario. #}
{% macro setting(threshold_id) -%}
    {%- if threshold_id not in pattern_settings() -%}
        {{ exceptions.raise_compiler_error(threshold_id ~ ' is not a setting of the patterns') }}
    {%- endif -%}
    max(value) filter (where threshold_id = '{{ threshold_id }}')
{%- endmacro %}

{# The lowest or highest that a setting is in any scenario: candidates are wide enough for every one of them. #}
{% macro lowest_setting(threshold_id) -%}
    (select min(value) from {{ ref('int_pattern__scenario') }} where threshold_id = '{{ threshold_id }}')
{%- endmacro %}

{% macro highest_setting(threshold_id) -%}
    (select max(value) from {{ ref('int_pattern__scenario') }} where threshold_id = '{{ threshold_id }}')
{%- endmacro %}

{# Years completed from a birth to a day; a year is completed when (month, day) of the birth is reached (adr 0005). #}
{% macro completed_years(born_on, at) -%}
    cast(
        extract(year from {{ at }}) - extract(year from {{ born_on }})
        - case
            when
                100 * extract(month from {{ at }}) + extract(day from {{ at }})
                < 100 * extract(month from {{ born_on }}) + extract(day from {{ born_on }})
                then 1
            else 0
        end as integer
    )
{%- endmacro %}

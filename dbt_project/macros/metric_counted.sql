{# Shared pieces of the counted rows: case_ref, is_numerator, the two amounts. #}

{# Amounts are exact decimals: sums of them are the same in any order. #}
{% macro amount(expression) -%} cast({{ expression }} as decimal(18, 6)) {%- endmacro %}

{# One unit that is in the denominator, and in the numerator where the condition holds. #}
{% macro share_amounts(condition) -%}
    coalesce({{ condition }}, false) as is_numerator,
    {{ amount('case when ' ~ condition ~ ' then 1 else 0 end') }} as numerator_amount,
    {{ amount(1) }} as denominator_amount
{%- endmacro %}

{# One unit of a count. #}
{% macro count_amounts() -%}
    true as is_numerator,
    {{ amount(1) }} as numerator_amount,
    {{ amount(0) }} as denominator_amount
{%- endmacro %}

{# A value is one of a set of seeds/policy/kpi_code.csv. #}
{% macro is_kpi_code(value, code_set) -%}
    coalesce({{ value }} in (select code from {{ ref('kpi_code') }} where code_set = '{{ code_set }}'), false)
{%- endmacro %}

{# From 1 April to M. #}
{% macro in_fiscal_year(day, period) -%}
    {{ day }} between {{ period }}.fiscal_year_from and {{ period }}.period_end_date
{%- endmacro %}

{# In the 365 days up to M - 30. #}
{% macro in_trailing_year(day, period) -%}
    {{ day }} between {{ period }}.trailing_from and {{ period }}.trailing_to
{%- endmacro %}

{# The counted rows of every indicator, one after another. #}
{% macro all_counted_rows() -%}
    {%- for key in kpi_keys() %}
        select
            '{{ kpi_id(key) }}' as kpi_id,
            counted.*
        from {{ ref('int_counted__' ~ key) }} as counted
        {%- if not loop.last %} union all {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{# The metrics of every indicator, one after another. #}
{% macro all_metrics() -%}
    {%- for key in kpi_keys() %}
        select
            '{{ kpi_id(key) }}' as kpi_id,
            metric.*
        from {{ ref('metric_' ~ key) }} as metric
        {%- if not loop.last %} union all {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{# The measures beside the indicators that have some, one after another. #}
{% macro all_details() -%}
    {%- for key in ['m1_kpi_1', 'm1_ksi_2', 'm2_kgi_1', 'm2_kgi_2', 'm3_ksi_1'] %}
        select
            '{{ kpi_id(key) }}' as kpi_id,
            detail.*
        from {{ ref('int_detailed__' ~ key) }} as detail
        {%- if not loop.last %} union all {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#
  Wilson's interval of a share of `n` answers, `z` standard deviations wide: its middle and half of its width.
  E. B. Wilson, Probable inference, JASA 22 (1927).
#}
{% macro wilson_middle(share, n, z) -%}
    ({{ share }} + {{ z }} * {{ z }} / (2 * {{ n }})) / (1 + {{ z }} * {{ z }} / {{ n }})
{%- endmacro %}

{% macro wilson_half_width(share, n, z) -%}
    {{ z }} * sqrt({{ share }} * (1 - {{ share }}) / {{ n }} + {{ z }} * {{ z }} / (4 * {{ n }} * {{ n }}))
    / (1 + {{ z }} * {{ z }} / {{ n }})
{%- endmacro %}

{# At 0 or 1 the interval ends there; the arithmetic may miss it by a rounding. #}
{% macro wilson_low(middle, half_width) -%}
    case when {{ middle }} - {{ half_width }} < 0 then 0 else {{ middle }} - {{ half_width }} end
{%- endmacro %}

{% macro wilson_high(middle, half_width) -%}
    case when {{ middle }} + {{ half_width }} > 1 then 1 else {{ middle }} + {{ half_width }} end
{%- endmacro %}

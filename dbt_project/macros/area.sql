{# Joins a row to its own area's cell and to ALL; a row without an area counts under ALL alone. #}
{% macro is_of_area(row, cell) -%}
    {{ cell }}.month_end_date = {{ row }}.month_end_date
    and ({{ cell }}.area_code = {{ row }}.area_code or {{ cell }}.area_code = 'ALL')
{%- endmacro %}

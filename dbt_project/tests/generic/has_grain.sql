{# One row for each value of `columns`; a table at month grain is looked at in the months that this run built. #}
{% test has_grain(model, columns, is_monthly=false) %}
select {{ columns | join(', ') }}
from {{ model }}
{% if is_monthly -%}
    where month_end_date in (select month_end from {{ source('ledger', 'month') }} where needs_build)
{%- endif %}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}

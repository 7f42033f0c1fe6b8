{# Models at month grain build only the months that changed; a full refresh gives the same table. #}

{# For `pre_hook`: takes away the months that are built anew and those that the warehouse no longer has. #}
{% macro delete_months_to_build() -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where month_end_date not in (
            select month_end from {{ source('ledger', 'month') }} where not needs_build
        )
    {%- endif -%}
{%- endmacro %}

{# After `from {{ ref('int_month__spined') }}`: the months of this run. #}
{% macro only_months_to_build() -%}
    {%- if is_incremental() -%} where needs_build {%- endif -%}
{%- endmacro %}

{# The same two for what is told of a month beside the month before: it also follows when that one is built anew. #}
{% macro delete_months_to_compare() -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where month_end_date not in (
            select month_end_date from {{ ref('int_month__spined') }} where not needs_comparison
        )
    {%- endif -%}
{%- endmacro %}

{# The first month has nothing before it, so it is in no such model. #}
{% macro only_months_to_compare() -%}
    where previous_month_end_date is not null
    {%- if is_incremental() %} and needs_comparison {%- endif -%}
{%- endmacro %}

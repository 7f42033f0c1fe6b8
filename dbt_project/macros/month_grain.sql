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

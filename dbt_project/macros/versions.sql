{#
  What counts of records that were delivered more than once. A delta feed adds or replaces records by key, so its latest
  version counts for every month; a pull from a database gives versions too, and a later key list tells who is gone; of
  a full feed the file in force at M counts at M.
#}

{# A whole model: the latest version of each record of a delta feed; the later line wins within one file. #}
{% macro latest_versions(staging) -%}
    select {{ all_but('staged', ['delivery_id', 'line_number']) }}
    from {{ staging }} as staged
    inner join {{ ref('int_delivery__ordered') }} as deliveries on staged.delivery_id = deliveries.delivery_id
    qualify
        row_number() over (
            partition by staged.record_key
            order by deliveries.delivery_order desc, staged.line_number desc
        ) = 1
{%- endmacro %}

{#
  A whole model: the latest version of each record of a table of soudan that the latest key list after it still has,
  with the pseudonym of its consultation.
#}
{% macro latest_pulled_versions(staging, source_table) -%}
    with deliveries as (
        select * from {{ ref('int_delivery__ordered') }}
    ),

    key_list as (
        select
            delivery_id,
            delivery_order
        from deliveries
        where table_name = 'soudan_key'
        qualify row_number() over (order by delivery_order desc) = 1
    ),

    listed as (
        select keys.source_key
        from {{ ref('stg_soudan__key') }} as keys
        inner join key_list on keys.delivery_id = key_list.delivery_id
        where keys.table_name = '{{ source_table }}'
    ),

    versions as (
        select
            staged.*,
            max(deliveries.delivery_order) over (partition by staged.record_key) as last_pulled_order,
            row_number() over (
                partition by staged.record_key
                order by staged.updated_at desc nulls last, deliveries.delivery_order desc, staged.line_number desc
            ) as version_rank
        from {{ staging }} as staged
        inner join deliveries on staged.delivery_id = deliveries.delivery_id
    ),

    cases as (
        select * from {{ ref('int_case__linked') }}
        where feed = 'soudan'
    )

    select
        {{ all_but('versions', ['delivery_id', 'line_number', 'last_pulled_order', 'version_rank']) }},
        cases.case_id
    from versions
    left join key_list on versions.last_pulled_order < key_list.delivery_order
    left join listed on versions.record_key = listed.source_key
    left join cases on versions.consultation_id = cases.record_key
    where
        versions.version_rank = 1
        -- Deleted in the source: a key list taken after the last sight of the record lacks it.
        and (key_list.delivery_id is null or listed.source_key is not null)
{%- endmacro %}

{# A whole model: a full feed's records at each month end, by the file in force there. #}
{% macro records_at_month(staging) -%}
    select
        deliveries.month_end_date,
        {{ all_but('staged', ['delivery_id', 'base_date']) }}
    from {{ ref('int_month__delivered') }} as deliveries
    inner join {{ staging }} as staged on deliveries.delivery_id = staged.delivery_id
{%- endmacro %}

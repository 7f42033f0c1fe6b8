{#
  One row a record and delivery of every table that tells a birth date, from the generated sources: feed, record_key,
  delivery_id, line_number, base_date, birth_date_earliest, birth_date_latest and sex (null where the table has none).
  The register is left out: it tells its people itself. So is a table whose birth dates its contract keeps restricted.
#}
{% macro lake_births() -%}
    {%- set tables = {} -%}
    {%- if execute -%}
        {%- for node in graph.sources.values() if node.source_name == 'lake' and node.name != 'jumin' -%}
            {%- set birth = node.columns.get('birth_date_earliest') -%}
            {%- if birth and birth.meta.secrecy != 'restricted' -%}
                {%- do tables.update({node.name: node}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for table_name in tables | sort %}
        select
            '{{ tables[table_name].meta['feed'] }}' as feed,
            record_key,
            delivery_id,
            line_number,
            base_date,
            birth_date_earliest,
            birth_date_latest,
            {{ 'sex' if 'sex' in tables[table_name].columns else 'cast(null as varchar)' }} as sex
        from {{ tables[table_name].relation_name }}
        {%- if not loop.last %} union all {% endif -%}
    {%- else %}
        select
            cast(null as varchar) as feed,
            cast(null as varchar) as record_key,
            cast(null as varchar) as delivery_id,
            cast(null as bigint) as line_number,
            cast(null as date) as base_date,
            cast(null as date) as birth_date_earliest,
            cast(null as date) as birth_date_latest,
            cast(null as varchar) as sex
        where false
    {%- endfor -%}
{%- endmacro %}

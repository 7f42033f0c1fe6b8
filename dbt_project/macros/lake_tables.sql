{# One row a table of the contracts, from the generated sources: table_name, feed, rhythm (monthly, yearly or any). #}
{% macro lake_tables() -%}
    {%- set tables = {} -%}
    {%- if execute -%}
        {%- for node in graph.sources.values() if node.source_name == 'lake' -%}
            {%- do tables.update({node.name: (node.meta['feed'], node.meta['rhythm'])}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for table_name in tables | sort %}
        select
            '{{ table_name }}' as table_name,
            '{{ tables[table_name][0] }}' as feed,
            '{{ tables[table_name][1] }}' as rhythm
        {%- if not loop.last %} union all {% endif -%}
    {%- else %}
        select cast(null as varchar) as table_name, cast(null as varchar) as feed, cast(null as varchar) as rhythm
        where false
    {%- endfor -%}
{%- endmacro %}

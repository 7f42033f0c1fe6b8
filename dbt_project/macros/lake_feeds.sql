{# One row a feed of the contracts, from the generated sources: feed, rhythm (monthly, yearly or any). #}
{% macro lake_feeds() -%}
    {%- set rhythms = {} -%}
    {%- if execute -%}
        {%- for node in graph.sources.values() if node.source_name == 'lake' -%}
            {%- do rhythms.update({node.name: node.meta.get('rhythm', 'monthly')}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for feed in rhythms | sort %}
        select '{{ feed }}' as feed, '{{ rhythms[feed] }}' as rhythm
        {%- if not loop.last %} union all {% endif -%}
    {%- else %}
        select cast(null as varchar) as feed, cast(null as varchar) as rhythm where false
    {%- endfor -%}
{%- endmacro %}

-- One row a living household, month end M, scenario, pattern and tier that holds, without youtai or with it.
{% set patterns = [
    '8050', 'double_care', 'young_carer', 'hikikomori', 'isolation', 'service_gap', 'unseen', 'outside_programme'
] %}
{% for pattern in patterns %}
    select
        month_end_date,
        scenario_id,
        living_household_no,
        '{{ pattern }}' as pattern,
        tier,
        holds_without_youtai,
        holds_with_youtai
    from {{ ref('int_pattern__' ~ pattern) }}
    {{ 'union all' if not loop.last }}
{% endfor %}

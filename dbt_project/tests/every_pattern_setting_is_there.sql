-- A setting that is missing would make its rule silently never hold.
select needed.threshold_id
from (
    {% for threshold_id in pattern_settings() -%}
        select '{{ threshold_id }}' as threshold_id
        {{ 'union all' if not loop.last }}
    {% endfor %}
) as needed
left join {{ ref('threshold') }} as threshold on needed.threshold_id = threshold.threshold_id
where threshold.value is null

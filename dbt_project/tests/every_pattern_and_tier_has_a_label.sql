-- A pattern or tier without a label would drop out of the reports.
select
    decided.pattern,
    decided.tier
from {{ ref('int_pattern__decided') }} as decided
left join {{ ref('pattern') }} as labels on decided.pattern = labels.pattern and decided.tier = labels.tier
where labels.label is null
group by decided.pattern, decided.tier

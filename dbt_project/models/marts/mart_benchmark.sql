-- One row an indicator of the brief and month end M: ours beside the nation and the special wards.
with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

benchmarks as (
    select * from {{ ref('benchmark') }}
),

answers as (
    select * from {{ ref('int_benchmark__overlap') }}
    union all
    select * from {{ ref('int_benchmark__consultation') }}
    union all
    select * from {{ ref('int_benchmark__handling') }}
    union all
    select * from {{ ref('int_benchmark__community') }}
    union all
    select * from {{ ref('int_benchmark__staffing') }}
    union all
    select * from {{ ref('int_benchmark__partners') }}
    union all
    select * from {{ ref('int_benchmark__survey') }}
)

select
    benchmarks.indicator_id,
    months.month_end_date,
    cast(answers.value as double) as value,
    benchmarks.nation,
    benchmarks.special_wards,
    benchmarks.benchmark_group,
    benchmarks.label,
    benchmarks.label_en,
    benchmarks.unit,
    benchmarks.survey_year,
    benchmarks.source,
    benchmarks.is_fact_checked,
    case
        when answers.value is null then coalesce(benchmarks.unanswered_reason, 'この月は算出の対象となるデータがありません')
    end as reason
from months
cross join benchmarks
left join answers
    on months.month_end_date = answers.month_end_date and benchmarks.indicator_id = answers.indicator_id

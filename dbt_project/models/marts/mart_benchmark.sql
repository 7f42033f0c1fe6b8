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
    -- What was never delivered is not 0.
    case when coalesce(covered.is_told, true) then cast(answers.value as double) end as value,
    benchmarks.nation,
    benchmarks.special_wards,
    benchmarks.benchmark_group,
    benchmarks.label,
    benchmarks.label_en,
    benchmarks.unit,
    benchmarks.survey_year,
    benchmarks.source,
    benchmarks.is_fact_checked,
    coalesce(
        benchmarks.unanswered_reason,
        -- "As far as it came" is said beside a value alone: where there is none, why not.
        case
            when coalesce(covered.is_told, true) and answers.value is null
                then 'この月は算出の対象となるデータがありません'
        end,
        covered.reason
    ) as reason
from months
cross join benchmarks
left join answers
    on months.month_end_date = answers.month_end_date and benchmarks.indicator_id = answers.indicator_id
left join {{ ref('int_figure__covered') }} as covered
    on months.month_end_date = covered.month_end_date and benchmarks.indicator_id = covered.figure_id

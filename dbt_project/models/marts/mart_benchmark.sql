-- One row an indicator of the brief and month end M: ours beside the nation and the special wards.
with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

benchmarks as (
    select * from {{ ref('benchmark') }}
),

summary as (
    select * from {{ ref('mart_overlap_summary') }}
    where area_code = 'ALL'
),

pairs as (
    select
        month_end_date,
        'overlap_' || replace(domains, '+', '_') as indicator_id,
        100.0 * share_of_in_need as value
    from {{ ref('mart_domain_overlap') }}
    where area_code = 'ALL' and household_type = 'ALL' and match = 'at_least'
),

agreements as (
    select
        delivered.month_end_date,
        count(distinct case
            -- 協定終了日 is the last day in force.
            when {{ is_in_force('agency.agreement_from', 'agency.agreement_to', 'delivered.month_end_date') }}
                then agency.agency_code
        end) as agency_count
    from {{ ref('int_month__delivered') }} as delivered
    inner join {{ ref('stg_kikan__agency') }} as agency on delivered.delivery_id = agency.delivery_id
    group by delivered.month_end_date
),

answers as (
    select
        month_end_date,
        'overlap_compound_share' as indicator_id,
        100.0 * compound_count / nullif(in_need_count, 0) as value
    from summary
    union all
    select
        month_end_date,
        'overlap_three_or_more' as indicator_id,
        100.0 * three_or_more_count / nullif(compound_count, 0) as value
    from summary
    union all
    select
        month_end_date,
        'single_person_households' as indicator_id,
        100.0 * single_person_count / nullif(household_count, 0) as value
    from summary
    union all
    select
        month_end_date,
        indicator_id,
        value
    from pairs
    union all
    select
        month_end_date,
        'agreement_agencies' as indicator_id,
        agency_count as value
    from agreements
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

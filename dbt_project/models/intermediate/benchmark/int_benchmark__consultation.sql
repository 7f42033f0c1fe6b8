-- One row an indicator of the brief on consultations and month end M: its value over the year up to M.
with yearly as (
    select * from {{ ref('int_consultation__yearly') }}
),

codes as (
    select * from {{ ref('benchmark_code') }}
),

consultations as (
    select
        yearly.*,
        {{ is_in_code_set('yearly.scheme_fit', 'gap') }} as is_gap,
        {{ is_in_code_set('yearly.consent', 'consenting') }} as is_consenting
    from yearly
),

figures as (
    select
        month_end_date,
        count(*) as consultation_count,
        count(*) filter (where is_gap) as gap_count,
        count(*) filter (where is_gap and first_support_by_month is null) as gap_unsupported_count,
        count(*) filter (where is_compound_household) as compound_household_count,
        count(*) filter (where is_compound_issue) as compound_issue_count,
        count(*) filter (where is_compound_issue and is_consenting) as compound_consenting_count,
        count(*) filter (where is_compound_issue and desks_visited is not null) as compound_desks_count,
        count(*) filter (
            where is_compound_issue and desks_visited >= {{ threshold('several_desks_from') }}
        ) as compound_several_desks_count,
        avg(desks_visited) as desks_visited_mean
    from consultations
    group by month_end_date
),

themes as (
    select
        consultations.month_end_date,
        codes.code_set,
        count(*) filter (where consultations.is_gap) as gap_count,
        count(*) as consultation_count
    from consultations
    inner join codes on codes.field = 'theme' and consultations.theme = codes.code
    group by consultations.month_end_date, codes.code_set
),

answers as (
    select
        month_end_date,
        {{ each_figure({
            'consultation_compound_share': percent('compound_household_count', 'consultation_count'),
            'consultation_hard_to_handle_yearly': 'gap_count',
            'consultation_no_scheme_share': percent('gap_unsupported_count', 'consultation_count'),
            'consultation_several_desks_share': percent('compound_several_desks_count', 'compound_desks_count'),
            'consultation_desks_visited': 'desks_visited_mean',
            'consent_to_sharing_share': percent('compound_consenting_count', 'compound_issue_count')
        }) }}
    from figures
)

select
    month_end_date,
    indicator_id,
    value
from answers
union all
select
    figures.month_end_date,
    'consultation_' || codes.code_set || '_share' as indicator_id,
    100.0 * coalesce(themes.gap_count, 0) / nullif(figures.gap_count, 0) as value
from figures
inner join codes on codes.field = 'theme'
left join themes on figures.month_end_date = themes.month_end_date and codes.code_set = themes.code_set
union all
select
    figures.month_end_date,
    'consultation_8050_yearly' as indicator_id,
    coalesce(themes.consultation_count, 0) as value
from figures
left join themes on figures.month_end_date = themes.month_end_date and themes.code_set = 'hard_8050'

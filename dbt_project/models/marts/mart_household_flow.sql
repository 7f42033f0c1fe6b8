-- One row a month end M and area (or ALL): households that became or ceased to be compound, and who comes of age.
with cells as (
    select * from {{ ref('int_month_area__celled') }}
),

changed as (
    select
        cells.month_end_date,
        cells.area_code,
        count(*) filter (where households.is_compound and not households.was_compound) as became_compound_count,
        count(*) filter (where households.was_compound and not households.is_compound) as ceased_compound_count,
        count(*) filter (where households.is_in_need and not households.was_in_need) as became_in_need_count,
        count(*) filter (where households.was_in_need and not households.is_in_need) as ceased_in_need_count
    from cells
    inner join {{ ref('int_household__changed') }} as households on {{ is_of_area('households', 'cells') }}
    group by cells.month_end_date, cells.area_code
),

turning as (
    select
        cells.month_end_date,
        cells.area_code,
        count(*) filter (where persons.age = {{ threshold('child_age_under') }}) as turning_18_count,
        count(*) filter (where persons.age = {{ threshold('elderly_age_from') }}) as turning_65_count
    from cells
    inner join {{ ref('int_person__turning') }} as persons on {{ is_of_area('persons', 'cells') }}
    group by cells.month_end_date, cells.area_code
),

known as (
    select
        figures.source_name,
        delivered.month_end_date,
        delivered.is_known,
        lag(delivered.is_known, 1, false) over (
            partition by figures.source_name order by delivered.month_end_date
        ) as was_known
    from {{ ref('figure_feed') }} as figures
    inner join {{ ref('int_feed__delivered') }} as delivered on figures.source_name = delivered.table_name
    where figures.figure_id = 'household_flow'
),

-- A need that only now can be known has not come up: such a month can't be compared with the one before.
begun as (
    select
        month_end_date,
        {{ joined_text('source_name', 'is_known and not was_known') }} as feeds
    from known
    group by month_end_date
)

select
    cells.month_end_date,
    cells.area_code,
    cells.area_name,
    case when begun.feeds is null then coalesce(changed.became_compound_count, 0) end as became_compound_count,
    case when begun.feeds is null then coalesce(changed.ceased_compound_count, 0) end as ceased_compound_count,
    case when begun.feeds is null then coalesce(changed.became_in_need_count, 0) end as became_in_need_count,
    case when begun.feeds is null then coalesce(changed.ceased_in_need_count, 0) end as ceased_in_need_count,
    coalesce(turning.turning_18_count, 0) as turning_18_count,
    coalesce(turning.turning_65_count, 0) as turning_65_count,
    coalesce('この月に初めて届いたデータがあり、前の月と比べられません: ' || begun.feeds, covered.reason) as reason
from cells
inner join begun on cells.month_end_date = begun.month_end_date
left join {{ ref('int_figure__covered') }} as covered
    on cells.month_end_date = covered.month_end_date and covered.figure_id = 'household_flow'
left join changed on cells.month_end_date = changed.month_end_date and cells.area_code = changed.area_code
left join turning on cells.month_end_date = turning.month_end_date and cells.area_code = turning.area_code

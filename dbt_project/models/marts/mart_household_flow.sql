-- One row a month end M and area (or ALL): households that became or ceased to be compound or in need, and who comes of age.
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

first_month as (
    select min(month_end_date) as month_end_date from cells
)

select
    cells.month_end_date,
    cells.area_code,
    cells.area_name,
    -- Null in the first month of data: there is nothing to compare it with.
    case when cells.month_end_date > first_month.month_end_date then coalesce(changed.became_compound_count, 0) end
        as became_compound_count,
    case when cells.month_end_date > first_month.month_end_date then coalesce(changed.ceased_compound_count, 0) end
        as ceased_compound_count,
    case when cells.month_end_date > first_month.month_end_date then coalesce(changed.became_in_need_count, 0) end
        as became_in_need_count,
    case when cells.month_end_date > first_month.month_end_date then coalesce(changed.ceased_in_need_count, 0) end
        as ceased_in_need_count,
    coalesce(turning.turning_18_count, 0) as turning_18_count,
    coalesce(turning.turning_65_count, 0) as turning_65_count
from cells
cross join first_month
left join changed on cells.month_end_date = changed.month_end_date and cells.area_code = changed.area_code
left join turning on cells.month_end_date = turning.month_end_date and cells.area_code = turning.area_code

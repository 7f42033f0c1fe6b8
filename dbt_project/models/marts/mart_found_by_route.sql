-- One row a month end M, area (or ALL) and route: who found the households that came in the year up to M.
with cells as (
    select * from {{ ref('int_month_area__celled') }}
),

routes as (
    select
        code,
        label
    from {{ ref('consultation_route') }}
),

yearly as (
    select * from {{ ref('int_consultation__yearly') }}
),

covered as (
    select * from {{ ref('int_figure__covered') }}
    where figure_id = 'found_by_route'
),

counted as (
    select
        cells.month_end_date,
        cells.area_code,
        cells.area_name,
        routes.code as route,
        routes.label as route_label,
        count(yearly.case_id) as consultation_count,
        count(yearly.case_id) filter (where yearly.is_compound_issue) as compound_issue_count
    from cells
    cross join routes
    left join yearly on {{ is_of_area('yearly', 'cells') }} and routes.code = yearly.route
    group by cells.month_end_date, cells.area_code, cells.area_name, routes.code, routes.label
)

select
    counted.month_end_date,
    counted.area_code,
    counted.area_name,
    counted.route,
    counted.route_label,
    {{ if_told('covered.is_told', 'counted.consultation_count') }} as consultation_count,
    {{ if_told('covered.is_told', 'counted.compound_issue_count') }} as compound_issue_count,
    covered.reason
from counted
inner join covered on counted.month_end_date = covered.month_end_date

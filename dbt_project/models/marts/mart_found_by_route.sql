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
)

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

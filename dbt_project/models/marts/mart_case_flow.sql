-- One row a month end M and area (or ALL): cases that came, came again and were closed in the month, and those open.
with cells as (
    select * from {{ ref('int_month_area__celled') }}
),

covered as (
    select
        month_end_date,
        {{ told('case_flow') }} as is_event_told,
        {{ told('open_plans') }} as is_open_told,
        {{ joined_reasons(['case_flow', 'open_plans']) }} as reason
    from {{ ref('int_figure__covered') }}
    group by month_end_date
),

consultations as (
    select * from {{ ref('int_consultation__described') }}
),

plans as (
    select * from {{ ref('fct_plan') }}
),

reopened as (
    select distinct consultations.case_id
    from consultations
    inner join consultations as earlier
        on consultations.person_id = earlier.person_id and consultations.case_id <> earlier.case_id
    inner join plans on earlier.case_id = plans.case_id
    -- Come again: the person's plan of an earlier case had been closed.
    where plans.closed_on < consultations.received_on
),

events as (
    select
        last_day(consultations.received_on) as month_end_date,
        consultations.area_code,
        case when reopened.case_id is null then 'new' else 'reopened' end as event
    from consultations
    left join reopened on consultations.case_id = reopened.case_id
    union all
    select
        last_day(closed_on) as month_end_date,
        area_code,
        'closed' as event
    from plans
    where closed_on is not null
),

open_plans as (
    select
        cells.month_end_date,
        plans.area_code,
        'open' as event
    from cells
    inner join plans
        on cells.month_end_date >= plans.started_on and coalesce(cells.month_end_date < plans.closed_on, true)
    where cells.area_code = 'ALL'
),

flows as (
    select * from events
    union all
    select * from open_plans
),

counted as (
    select
        cells.month_end_date,
        cells.area_code,
        cells.area_name,
        count(*) filter (where flows.event = 'new') as new_count,
        count(*) filter (where flows.event = 'reopened') as reopened_count,
        count(*) filter (where flows.event = 'closed') as closed_count,
        count(*) filter (where flows.event = 'open') as open_plan_count
    from cells
    left join flows on {{ is_of_area('flows', 'cells') }}
    group by cells.month_end_date, cells.area_code, cells.area_name
)

select
    counted.month_end_date,
    counted.area_code,
    counted.area_name,
    {{ if_told('covered.is_event_told', 'counted.new_count') }} as new_count,
    {{ if_told('covered.is_event_told', 'counted.reopened_count') }} as reopened_count,
    {{ if_told('covered.is_event_told', 'counted.closed_count') }} as closed_count,
    {{ if_told('covered.is_open_told', 'counted.open_plan_count') }} as open_plan_count,
    covered.reason
from counted
inner join covered on counted.month_end_date = covered.month_end_date

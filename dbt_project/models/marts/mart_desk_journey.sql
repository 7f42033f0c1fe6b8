-- One row a month end M and first desk: how people who came there in the year up to M went on.
with yearly as (
    select * from {{ ref('int_consultation__yearly') }}
),

handed_on as (
    select * from {{ ref('int_case__handed_on') }}
),

agencies as (
    select * from {{ ref('dim_agency') }}
),

covered as (
    select * from {{ ref('int_figure__covered') }}
    where figure_id = 'desk_journey'
),

handing as (
    select
        yearly.month_end_date,
        yearly.desk_code,
        avg(handed_on.days) as days_between_agencies_mean
    from yearly
    inner join handed_on on yearly.case_id = handed_on.case_id and yearly.month_end_date >= handed_on.acted_on
    group by yearly.month_end_date, yearly.desk_code
),

journeys as (
    select
        month_end_date,
        desk_code,
        count(*) as consultation_count,
        count(*) filter (where is_compound_issue) as compound_issue_count,
        avg(desks_visited) as desks_visited_mean,
        count(*) filter (where desks_visited >= {{ threshold('several_desks_from') }}) as several_desks_count,
        avg({{ days_between('received_on', 'first_support_by_month') }}) as days_to_first_support_mean,
        count(*) filter (where first_support_by_month is null) as waiting_count
    from yearly
    group by month_end_date, desk_code
)

select
    journeys.month_end_date,
    journeys.desk_code,
    agencies.agency_name,
    agencies.area_code,
    journeys.consultation_count,
    journeys.compound_issue_count,
    journeys.desks_visited_mean,
    journeys.several_desks_count,
    journeys.days_to_first_support_mean,
    journeys.waiting_count,
    handing.days_between_agencies_mean,
    covered.reason
from journeys
inner join covered on journeys.month_end_date = covered.month_end_date
left join agencies on journeys.desk_code = agencies.agency_code
left join handing on journeys.month_end_date = handing.month_end_date and journeys.desk_code = handing.desk_code

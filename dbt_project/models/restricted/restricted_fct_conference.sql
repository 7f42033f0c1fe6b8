-- One row a conference (会議) of any of the three kinds, as the newest month knows them; the kinds are never added up.
{{ config(alias='fct_conference') }}

with months as (
    select * from {{ ref('int_month__spined') }}
    where is_newest
),

conferences as (
    select * from {{ ref('int_conference__at_month') }}
)

select
    conferences.held_on_earliest as held_on,
    conferences.conference_kind,
    conferences.area_code,
    cast({{ code_count('conferences.agency_codes') }} as integer) as agency_count,
    cast(conferences.case_count as integer) as case_count
from months
inner join conferences on months.month_end_date = conferences.month_end_date

-- One row an answer on satisfaction (アンケート), as last told.
with answers as (
    select * from {{ ref('int_answer__current') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
    where feed = 'soudan'
),

consultations as (
    select * from {{ ref('fct_consultation') }}
)

select
    answers.answered_on_earliest as answered_on,
    answers.respondent_kind,
    answers.satisfaction,
    answers.is_multi_agency,
    cases.case_id,
    consultations.area_code
from answers
left join cases on answers.consultation_id = cases.record_key
left join consultations on cases.case_id = consultations.case_id

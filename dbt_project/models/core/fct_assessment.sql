-- One row an assessment of isolation (LSNS-6), as last told.
with assessments as (
    select * from {{ ref('int_assessment__current') }}
),

consultations as (
    select * from {{ ref('fct_consultation') }}
)

select
    consultations.case_id,
    consultations.person_id,
    assessments.assessed_on_earliest as assessed_on,
    cast(assessments.isolation_score as integer) as isolation_score,
    consultations.area_code
from assessments
left join consultations on assessments.case_id = consultations.case_id

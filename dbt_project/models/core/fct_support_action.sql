-- One row a support action (支援記録), as last told.
with actions as (
    select * from {{ ref('int_support_action__current') }}
),

consultations as (
    select * from {{ ref('fct_consultation') }}
),

cases as (
    select * from {{ ref('int_case__linked') }}
),

hidden as (
    select * from {{ ref('int_person__hidden') }}
)

select
    consultations.case_id,
    consultations.person_id,
    actions.acted_on_earliest as acted_on,
    actions.action_kind,
    -- An agency has a place: where a protected person is supported is not told.
    case when hidden.resident_no is null then actions.agency_code end as agency_code,
    consultations.area_code
from actions
left join consultations on actions.case_id = consultations.case_id
left join cases on actions.case_id = cases.case_id
left join hidden on cases.resident_no = hidden.resident_no

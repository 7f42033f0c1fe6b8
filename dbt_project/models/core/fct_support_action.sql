-- One row a support action (支援記録), as last told.
with actions as (
    select * from {{ ref('int_support_action__current') }}
),

consultations as (
    select * from {{ ref('fct_consultation') }}
),

withheld as (
    select * from {{ ref('int_consultation__withheld') }}
)

select
    consultations.case_id,
    consultations.person_id,
    actions.acted_on_earliest as acted_on,
    actions.action_kind,
    -- The agency that acted leads to where the person lives.
    case when withheld.case_id is null then actions.agency_code end as agency_code,
    consultations.area_code
from actions
left join consultations on actions.case_id = consultations.case_id
left join withheld on actions.case_id = withheld.case_id

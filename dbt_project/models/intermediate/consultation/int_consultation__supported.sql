-- One row a soudan consultation with a first support on or after intake: its day and kind.
with consultations as (
    select
        case_id,
        received_on_earliest as received_on
    from {{ ref('int_consultation__current') }}
),

kinds as (
    select code from {{ ref('kpi_code') }}
    where code_set = 'first_support'
),

supports as (
    select
        actions.case_id,
        actions.acted_on_earliest as supported_on,
        actions.action_kind as support_kind
    from {{ ref('int_support_action__current') }} as actions
    -- A call or a visit to the desk is the consultation itself.
    inner join kinds on actions.action_kind = kinds.code
    union all
    select
        case_id,
        started_on_earliest as supported_on,
        'plan' as support_kind
    from {{ ref('int_plan__current') }}
)

select
    consultations.case_id,
    supports.supported_on as first_support_on,
    supports.support_kind as first_support_kind
from consultations
inner join supports on consultations.case_id = supports.case_id and consultations.received_on <= supports.supported_on
qualify
    row_number() over (
        partition by consultations.case_id order by supports.supported_on asc, supports.support_kind asc
    ) = 1

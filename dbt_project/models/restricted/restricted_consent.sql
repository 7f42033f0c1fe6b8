-- One row a consultation (soudan), scope of agencies and day on which consent to sharing (情報共有への同意) began.
{{ config(alias='consent') }}

with told as (
    select * from {{ ref('int_consent__told') }}
),

cases as (
    select cases.*
    from {{ ref('int_case__linked') }} as cases
    -- A consultation that was deleted in its source has no consent left.
    inner join {{ ref('int_consultation__current') }} as consultations on cases.case_id = consultations.case_id
    where cases.feed = 'soudan'
),

-- Who takes consent back takes back what was said in any consultation before.
withdrawals as (
    select
        cases.person_id,
        told.told_at
    from told
    inner join cases on told.record_key = cases.record_key
    where told.is_withdrawal
),

given as (
    select
        cases.case_id,
        cases.person_id,
        told.record_key,
        told.agency_scope,
        told.told_at,
        least(any_value(told.ended_at), min(withdrawals.told_at)) as withdrawn_at
    from told
    inner join cases on told.record_key = cases.record_key
    left join withdrawals on cases.person_id = withdrawals.person_id and told.told_at <= withdrawals.told_at
    where told.has_begun
    group by cases.case_id, cases.person_id, told.record_key, told.agency_scope, told.told_at
)

select
    case_id,
    person_id,
    agency_scope,
    -- No feed names agencies yet; one that does says here which.
    cast(null as varchar) as agency_code,
    cast(told_at as date) as given_on,
    cast(withdrawn_at as date) as withdrawn_on,
    withdrawn_at is null as is_in_force,
    'soudan' as source
from given

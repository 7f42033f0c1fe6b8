-- One row a version of a soudan consultation: what it says of consent, and whether consent begins with it.
with deliveries as (
    select * from {{ ref('int_delivery__ordered') }}
),

rules as (
    select * from {{ ref('consent_rule') }}
),

versions as (
    select
        staged.record_key,
        staged.updated_at as told_at,
        rules.agency_scope,
        -- What is blank, unknown or limited to agencies that nobody named is no consent.
        coalesce(rules.is_consent, false) as is_consent,
        coalesce(rules.is_withdrawal, false) as is_withdrawal
    from {{ ref('stg_soudan__consultation') }} as staged
    inner join deliveries on staged.delivery_id = deliveries.delivery_id
    left join rules on staged.consent = rules.code
    qualify
        row_number() over (
            partition by staged.record_key, staged.updated_at
            order by deliveries.delivery_order desc, staged.line_number desc
        ) = 1
)

select
    record_key,
    told_at,
    agency_scope,
    is_withdrawal,
    is_consent and not coalesce(lag(is_consent) over (partition by record_key order by told_at), false) as has_begun,
    min(case when not is_consent then told_at end) over (
        partition by record_key order by told_at rows between current row and unbounded following
    ) as ended_at
from versions

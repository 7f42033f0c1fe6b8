-- One row a person in the service gap and month end M: whether support began early (M1-KGI-2).
with periods as (
    select * from {{ ref('int_period__reckoned') }}
),

gap_consultations as (
    select * from {{ ref('int_consultation__described') }}
    where {{ is_kpi_code('scheme_fit', 'scheme_gap') }}
),

received as (
    select
        periods.period_end_date,
        gap_consultations.*
    from periods
    inner join gap_consultations on {{ in_trailing_year('gap_consultations.received_on', 'periods') }}
    -- One a person: the first of the window.
    qualify
        row_number() over (
            partition by periods.period_end_date, gap_consultations.person_id
            order by gap_consultations.received_on, gap_consultations.case_id
        ) = 1
),

judged as (
    select
        *,
        {{ days_between('received_on', 'first_support_on') }} <= {{ threshold('kpi_early_support_days') }}
        and first_support_on <= period_end_date
        -- An emergency on the day that support began was not forestalled.
        and coalesce(first_support_on < emergency_on, true) as is_early
    from received
)

select
    period_end_date,
    area_code,
    case_id as case_ref,
    first_support_kind as subgroup,
    {{ share_amounts('is_early') }},
    received_on as occurred_on
from judged

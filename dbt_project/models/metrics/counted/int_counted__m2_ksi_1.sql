-- One row a 重層的支援会議 held in the fiscal year to month end M (M2-KSI-1).
with conferences as (
    select * from {{ ref('int_conference__at_month') }}
    -- The three kinds of conference are never added up.
    where {{ is_kpi_code('conference_kind', 'conference_coordination') }}
)

select
    periods.period_end_date,
    conferences.area_code,
    conferences.conference_id as case_ref,
    conferences.conference_kind as subgroup,
    {{ count_amounts() }},
    conferences.held_on_earliest as occurred_on
from {{ ref('int_period__reckoned') }} as periods
inner join conferences
    on
        periods.period_end_date = conferences.month_end_date
        and {{ in_fiscal_year('conferences.held_on_earliest', 'periods') }}

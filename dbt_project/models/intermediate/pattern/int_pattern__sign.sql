-- One row a consultation of a resident, month end M and code in it that a pattern reads.
with consultations as (
    select * from {{ ref('int_pattern__consultation') }}
),

codes as (
    select * from {{ ref('pattern_code') }}
    -- Codes without a pattern describe members, not consultations.
    where pattern is not null
)

select
    consultations.month_end_date,
    consultations.living_household_no,
    consultations.resident_no,
    consultations.age_at_least,
    consultations.age_at_most,
    consultations.days_ago,
    codes.pattern,
    codes.code_set
from consultations
inner join codes
    on
        (codes.field = 'theme' and consultations.theme = codes.code)
        or (codes.field = 'scheme_fit' and consultations.scheme_fit = codes.code)
        or (codes.field = 'topic' and {{ has_code('consultations.topics', 'codes.code') }})
        or (codes.field = 'issue' and {{ has_code('consultations.issues', 'codes.code') }})

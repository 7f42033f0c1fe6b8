-- Suicide (05), violence (23) and ex-offenders (25) are nobody's issue there.
select case_id
from {{ ref('fct_consultation') }}
where {{ has_code('issues', '05') }} or {{ has_code('issues', '23') }} or {{ has_code('issues', '25') }}

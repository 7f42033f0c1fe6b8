-- By the latest word alone: whose latest record says anything but consent shares nothing.
select consents.case_id
from {{ ref('restricted_consent') }} as consents
inner join {{ ref('int_consultation__current') }} as consultation on consents.case_id = consultation.case_id
where consents.is_in_force and consultation.consent is distinct from '1'

-- A threshold that is missing would make its rule silently never hold.
select needed.threshold_id
from (
    select 'facility_residents_over' as threshold_id
    union all
    select 'facility_care_residents_from'
    union all
    select 'child_age_under'
) as needed
left join {{ ref('threshold') }} as threshold on needed.threshold_id = threshold.threshold_id
where threshold.value is null

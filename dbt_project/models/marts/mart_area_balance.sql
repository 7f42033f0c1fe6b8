-- One row a month end M and area (or ALL): who is in need there, and what there is for them.
with cells as (
    select * from {{ ref('int_month_area__celled') }}
),

households as (
    select * from {{ ref('mart_overlap_summary') }}
),

consultations as (
    select
        cells.month_end_date,
        cells.area_code,
        count(*) as consultation_count
    from cells
    inner join {{ ref('int_consultation__yearly') }} as yearly on {{ is_of_area('yearly', 'cells') }}
    group by cells.month_end_date, cells.area_code
),

resources as (
    select
        cells.month_end_date,
        cells.area_code,
        sum(resourced.amount) filter (where resourced.resource = 'required_fte') as required_fte,
        sum(resourced.amount) filter (where resourced.resource = 'filled_fte') as filled_fte,
        coalesce(sum(resourced.amount) filter (where resourced.resource = 'staff'), 0) as staff_count,
        coalesce(sum(resourced.amount) filter (where resourced.resource = 'place'), 0) as place_count,
        coalesce(sum(resourced.amount) filter (where resourced.resource = 'place_capacity'), 0) as place_capacity,
        coalesce(sum(resourced.amount) filter (where resourced.resource = 'agreement'), 0) as agreement_count,
        coalesce(sum(resourced.amount) filter (where resourced.resource = 'group'), 0) as group_count,
        coalesce(sum(resourced.amount) filter (where resourced.resource = 'conference'), 0) as conference_count,
        coalesce(sum(resourced.amount) filter (where resourced.resource = 'care_conference'), 0)
            as care_conference_count
    from cells
    inner join {{ ref('int_area__resourced') }} as resourced on {{ is_of_area('resourced', 'cells') }}
    group by cells.month_end_date, cells.area_code
)

select
    cells.month_end_date,
    cells.area_code,
    cells.area_name,
    cast(households.household_count as bigint) as household_count,
    cast(households.in_need_count as bigint) as in_need_count,
    cast(households.compound_count as bigint) as compound_count,
    cast(coalesce(consultations.consultation_count, 0) as bigint) as consultation_count,
    resources.required_fte,
    resources.filled_fte,
    cast(resources.staff_count as bigint) as staff_count,
    cast(resources.place_count as bigint) as place_count,
    cast(resources.place_capacity as bigint) as place_capacity,
    cast(resources.agreement_count as bigint) as agreement_count,
    cast(resources.group_count as bigint) as group_count,
    cast(resources.conference_count as bigint) as conference_count,
    cast(resources.care_conference_count as bigint) as care_conference_count,
    -- A thousand households in need, so that areas of any size can be laid side by side.
    {{ per_thousand('households.in_need_count', 'households.household_count') }} as in_need_per_1000,
    {{ per_thousand('consultations.consultation_count', 'households.in_need_count') }} as consultations_per_1000,
    {{ per_thousand('resources.staff_count', 'households.in_need_count') }} as staff_per_1000,
    {{ per_thousand('resources.place_count', 'households.in_need_count') }} as places_per_1000,
    {{ per_thousand('resources.agreement_count', 'households.in_need_count') }} as agreements_per_1000,
    {{ per_thousand('resources.group_count', 'households.in_need_count') }} as groups_per_1000,
    {{ per_thousand('resources.conference_count', 'households.in_need_count') }} as conferences_per_1000
from cells
inner join households
    on cells.month_end_date = households.month_end_date and cells.area_code = households.area_code
left join consultations
    on cells.month_end_date = consultations.month_end_date and cells.area_code = consultations.area_code
left join resources on cells.month_end_date = resources.month_end_date and cells.area_code = resources.area_code

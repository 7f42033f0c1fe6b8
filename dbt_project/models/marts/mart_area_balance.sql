-- One row a month end M and area (or ALL): who is in need there, and what there is for them.
with cells as (
    select * from {{ ref('int_month_area__celled') }}
),

households as (
    select * from {{ ref('mart_overlap_summary') }}
),

covered as (
    select
        month_end_date,
        {{ told('area_consultations') }} as is_consultation_told,
        {{ told('area_staff') }} as is_staff_told,
        {{ told('area_places') }} as is_place_told,
        {{ told('area_agreements') }} as is_agreement_told,
        {{ told('area_groups') }} as is_group_told,
        {{ told('area_conferences') }} as is_conference_told,
        {{ joined_reasons([
            'area_in_need', 'area_consultations', 'area_posts', 'area_staff', 'area_places', 'area_agreements',
            'area_groups', 'area_conferences'
        ]) }} as reason
    from {{ ref('int_figure__covered') }}
    group by month_end_date
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
        sum(resourced.amount) filter (where resourced.resource = 'staff') as staff_count,
        sum(resourced.amount) filter (where resourced.resource = 'place') as place_count,
        sum(resourced.amount) filter (where resourced.resource = 'place_capacity') as place_capacity,
        sum(resourced.amount) filter (where resourced.resource = 'agreement') as agreement_count,
        sum(resourced.amount) filter (where resourced.resource = 'group') as group_count,
        sum(resourced.amount) filter (where resourced.resource = 'conference') as conference_count,
        sum(resourced.amount) filter (where resourced.resource = 'care_conference') as care_conference_count
    from cells
    inner join {{ ref('int_area__resourced') }} as resourced on {{ is_of_area('resourced', 'cells') }}
    group by cells.month_end_date, cells.area_code
),

known as (
    select
        cells.*,
        households.household_count,
        households.in_need_count,
        households.compound_count,
        {{ if_told('covered.is_consultation_told', 'consultations.consultation_count') }} as consultation_count,
        cast(resources.required_fte as double) as required_fte,
        cast(resources.filled_fte as double) as filled_fte,
        {{ if_told('covered.is_staff_told', 'resources.staff_count') }} as staff_count,
        {{ if_told('covered.is_place_told', 'resources.place_count') }} as place_count,
        {{ if_told('covered.is_place_told', 'resources.place_capacity') }} as place_capacity,
        {{ if_told('covered.is_agreement_told', 'resources.agreement_count') }} as agreement_count,
        {{ if_told('covered.is_group_told', 'resources.group_count') }} as group_count,
        {{ if_told('covered.is_conference_told', 'resources.conference_count') }} as conference_count,
        {{ if_told('covered.is_conference_told', 'resources.care_conference_count') }} as care_conference_count,
        covered.reason
    from cells
    inner join households
        on cells.month_end_date = households.month_end_date and cells.area_code = households.area_code
    inner join covered on cells.month_end_date = covered.month_end_date
    left join consultations
        on cells.month_end_date = consultations.month_end_date and cells.area_code = consultations.area_code
    left join resources on cells.month_end_date = resources.month_end_date and cells.area_code = resources.area_code
)

select
    month_end_date,
    area_code,
    area_name,
    cast(household_count as bigint) as household_count,
    cast(in_need_count as bigint) as in_need_count,
    cast(compound_count as bigint) as compound_count,
    cast(consultation_count as bigint) as consultation_count,
    required_fte,
    filled_fte,
    cast(staff_count as bigint) as staff_count,
    cast(place_count as bigint) as place_count,
    cast(place_capacity as bigint) as place_capacity,
    cast(agreement_count as bigint) as agreement_count,
    cast(group_count as bigint) as group_count,
    cast(conference_count as bigint) as conference_count,
    cast(care_conference_count as bigint) as care_conference_count,
    -- A thousand households in need, so that areas of any size can be laid side by side.
    {{ per_thousand('in_need_count', 'household_count') }} as in_need_per_1000,
    {{ per_thousand('consultation_count', 'in_need_count') }} as consultations_per_1000,
    {{ per_thousand('staff_count', 'in_need_count') }} as staff_per_1000,
    {{ per_thousand('place_count', 'in_need_count') }} as places_per_1000,
    {{ per_thousand('agreement_count', 'in_need_count') }} as agreements_per_1000,
    {{ per_thousand('group_count', 'in_need_count') }} as groups_per_1000,
    {{ per_thousand('conference_count', 'in_need_count') }} as conferences_per_1000,
    reason
from known

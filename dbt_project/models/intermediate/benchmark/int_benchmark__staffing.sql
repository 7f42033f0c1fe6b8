-- One row an indicator of the brief on staff and posts and month end M.
with months as (
    select
        month_end_date,
        {{ days_before('month_end_date', threshold('year_days')) }} as year_begins_after
    from {{ ref('int_month__spined') }}
),

population as (
    select
        month_end_date,
        count(*) as resident_count
    from {{ ref('int_resident__at_month') }}
    group by month_end_date
),

staff as (
    select
        month_end_date,
        staff_id
    from {{ ref('int_staff__at_month') }}
    -- 在籍終了 is the last day in post.
    where {{ is_in_force('employed_from', 'employed_to', 'month_end_date') }}
),

trained as (
    select distinct
        months.month_end_date,
        attendances.attendee_id as staff_id
    from months
    inner join {{ ref('int_attendance__current') }} as attendances
        on
            months.year_begins_after < attendances.held_on_earliest
            and months.month_end_date >= attendances.held_on_earliest
    where attendances.is_completed and {{ is_in_code_set('attendances.training_kind', 'cross_domain_training') }}
),

staffed as (
    select
        staff.month_end_date,
        count(*) as staff_count,
        count(trained.staff_id) as trained_count
    from staff
    left join trained on staff.month_end_date = trained.month_end_date and staff.staff_id = trained.staff_id
    group by staff.month_end_date
),

consulted as (
    select
        month_end_date,
        count(*) as consultation_count
    from {{ ref('int_consultation__yearly') }}
    group by month_end_date
),

posts as (
    select
        month_end_date,
        sum({{ amount('required_fte') }}) as required_fte,
        -- A post cannot be more than full; of how many nobody says, none are counted.
        sum({{ amount('least(coalesce(qualified_fte, 0), required_fte)') }}) as qualified_fte,
        sum({{ amount('required_fte') }}) filter (where is_coordination_post) as coordinator_required_fte,
        sum({{ amount('least(coalesce(filled_fte, 0), required_fte)') }}) filter (where is_coordination_post)
            as coordinator_filled_fte
    from {{ ref('int_post__at_month') }}
    -- A post of which nobody says how many it needs is in no share.
    where required_fte is not null
    group by month_end_date
)

select
    staffed.month_end_date,
    {{ each_figure({
        'staff_rate': '100000.0 * staffed.staff_count / nullif(population.resident_count, 0)',
        'consultations_per_staff': '1.0 * consulted.consultation_count / nullif(staffed.staff_count, 0)',
        'cross_domain_training_share': percent('staffed.trained_count', 'staffed.staff_count')
    }) }}
from staffed
left join population on staffed.month_end_date = population.month_end_date
left join consulted on staffed.month_end_date = consulted.month_end_date
union all
select
    month_end_date,
    {{ each_figure({
        'specialist_posts_filled_share': percent('qualified_fte', 'required_fte'),
        'coordinator_posts_filled_share': percent('coordinator_filled_fte', 'coordinator_required_fte')
    }) }}
from posts

-- One row a living household from a month end M on that it did not plainly go on to: the id that it carries.
with recursive begun as (
    select * from {{ ref('int_household__begun') }}
),

months as (
    select
        month_end_date,
        row_number() over (order by month_end_date) - 1 as step
    from {{ ref('int_month__spined') }}
),

-- Who comes from nowhere is an anchor of its own; so is who is there in the first month.
anchors as (
    select
        living_household_no,
        began_on
    from begun
    where former_household_no is null
    union
    select
        begun.former_household_no,
        begun.former_began_on
    from begun
    inner join months on begun.former_began_on = months.month_end_date and months.step = 0
),

-- Month by month, for which of two ids is older is known only when both are; every step brings its past along.
chain as (
    select
        living_household_no,
        began_on,
        living_household_no as anchor_no,
        began_on as anchored_on,
        0 as step
    from anchors
    union all
    (
        with reached as (
            select * from chain
        ),

        inherited as (
            select
                begun.living_household_no,
                begun.began_on,
                reached.anchor_no,
                reached.anchored_on,
                reached.step
            from reached
            inner join months on reached.step + 1 = months.step
            inner join begun
                on
                    months.month_end_date = begun.began_on
                    and reached.living_household_no = begun.former_household_no
                    and reached.began_on = begun.former_began_on
            qualify
                row_number() over (
                    partition by begun.living_household_no order by reached.anchored_on, reached.anchor_no
                ) = 1
        ),

        known as (
            select * from reached
            union all
            select * from inherited
        )

        select
            known.living_household_no,
            known.began_on,
            known.anchor_no,
            known.anchored_on,
            known.step + 1 as step
        from known
        inner join months on known.step + 1 = months.step
    )
),

resolved as (
    select * from chain
    qualify row_number() over (partition by living_household_no, began_on order by step) = 1
),

first_households as (
    select household.living_household_no
    from {{ ref('int_household__at_month') }} as household
    inner join months on household.month_end_date = months.month_end_date and months.step = 0
),

-- A number that was in use before begins other people's household under an id of its own.
used_before as (
    select
        anchors.living_household_no as anchor_no,
        anchors.began_on as anchored_on
    from anchors
    inner join months on anchors.began_on = months.month_end_date
    left join first_households on anchors.living_household_no = first_households.living_household_no
    where months.step > 0
    qualify
        first_households.living_household_no is not null
        or row_number() over (partition by anchors.living_household_no order by anchors.began_on) > 1
)

select
    resolved.living_household_no,
    resolved.began_on,
    -- A day far off instead of null: what joins by a range then compares, and looks at no second case.
    lead(resolved.began_on, 1, cast('9999-12-31' as date)) over (
        partition by resolved.living_household_no order by resolved.began_on
    ) as ended_before,
    case
        when used_before.anchor_no is null then keys.household_id
        else {{ derived_pseudonym('keys.household_id', 'cast(resolved.anchored_on as varchar)') }}
    end as household_id
from resolved
inner join {{ ref('int_household__keyed') }} as keys on resolved.anchor_no = keys.living_household_no
left join used_before
    on resolved.anchor_no = used_before.anchor_no and resolved.anchored_on = used_before.anchored_on

-- One row a pair of records that waits for a reviewer, youtai's left out.
with pairs as (
    select * from {{ source('link', 'review_pair') }}
),

decisions as (
    select * from {{ source('link', 'decision') }}
),

told as (
    select * from pairs
    -- That a youtai case exists is itself secret, and so is how many wait.
    where {{ is_told_without_youtai('left_record_id', 'right_record_id') }}
),

waiting as (
    select told.*
    from told
    left join decisions
        on
            least(told.left_record_id, told.right_record_id) = decisions.left_record_id
            and greatest(told.left_record_id, told.right_record_id) = decisions.right_record_id
    -- A pair that is decided waits no longer.
    where decisions.decision is null
)

select
    pair_id,
    -- The feed whose record is looked at, not the register that it is held against.
    case
        when {{ feed_of_record('left_record_id') }} = 'jumin' then {{ feed_of_record('right_record_id') }}
        else {{ feed_of_record('left_record_id') }}
    end as feed,
    probability,
    reason,
    cast(queued_on as date) as queued_on
from waiting

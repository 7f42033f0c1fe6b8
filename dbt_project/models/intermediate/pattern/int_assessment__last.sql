-- One row a person of the register with an assessment by month end M: the last of them.
with months as (
    select month_end_date from {{ ref('int_month__spined') }}
),

assessments as (
    select
        linked.resident_no,
        assessment.assessed_on_earliest as assessed_on,
        assessment.isolation_score
    from {{ ref('int_assessment__current') }} as assessment
    inner join {{ ref('int_case__linked') }} as linked
        on assessment.consultation_id = linked.record_key and linked.feed = 'soudan'
    -- Without a score nothing was assessed.
    where linked.resident_no is not null and assessment.isolation_score is not null
)

select
    months.month_end_date,
    assessments.resident_no,
    cast({{ days_between('assessments.assessed_on', 'months.month_end_date') }} as integer) as days_ago,
    assessments.isolation_score
from months
inner join assessments on months.month_end_date >= assessments.assessed_on
-- Of two on one day the lower score counts: nobody isolated is lost.
qualify
    row_number() over (
        partition by months.month_end_date, assessments.resident_no
        order by assessments.assessed_on desc, assessments.isolation_score asc
    ) = 1

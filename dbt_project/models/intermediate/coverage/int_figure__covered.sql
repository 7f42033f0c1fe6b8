-- One row a figure beside the KPIs and month end M: whether its feeds told enough for a value, and what is lacking.
with covered as (
    select
        *,
        is_known and (months_delivered > 0 or not is_told_month_by_month) as is_told
    from {{ ref('int_figure_source__covered') }}
),

joined as (
    select
        month_end_date,
        figure_id,
        bool_and(is_told or not is_essential) as is_told,
        -- A feed that is not used will not come: nobody has to wait for it.
        bool_and(not is_used or (is_told and months_delivered >= months_due)) as is_complete,
        {{ joined_text('source_name', 'is_essential and is_used and not is_known') }} as missing_feeds,
        {{ joined_text('source_name', 'is_essential and is_known and not is_told') }} as silent_feeds,
        {{ joined_text('source_name', 'not is_essential and is_used and not is_told') }} as missing_feeds_beside,
        {{ joined_text('source_name', 'is_told and months_delivered < months_due') }} as late_feeds,
        {{ joined_text('source_name', 'is_essential and not is_used') }} as unused_feeds,
        {{ joined_text('source_name', 'not is_essential and not is_used') }} as unused_feeds_beside
    from covered
    group by month_end_date, figure_id
),

reasoned as (
    select
        *,
        case
            when missing_feeds is not null then 'まだ一度も届いていないデータがあり、算出できません: ' || missing_feeds
            when silent_feeds is not null then 'この期間のデータが届いておらず、算出できません: ' || silent_feeds
            when missing_feeds_beside is not null
                then
                    '届いていないデータがあり、対象の一部を数えていません: ' || missing_feeds_beside
                    || coalesce('。期間の一部しか届いていないデータ: ' || late_feeds, '')
            when late_feeds is not null then '期間の一部しか届いておらず、届いた分による値です: ' || late_feeds
        end as reason_of_used
    from joined
)

select
    month_end_date,
    figure_id,
    is_told,
    is_complete,
    case
        when unused_feeds is not null
            then 'この自治体では使わないデータによる数値で、算出しません: ' || unused_feeds
        else {{ with_unused('reason_of_used', 'unused_feeds_beside') }}
    end as reason
from reasoned

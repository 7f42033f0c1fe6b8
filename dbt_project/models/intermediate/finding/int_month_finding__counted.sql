-- One row a month end M and finding that was open at M or mended in its month.
with followed as (
    select * from {{ ref('int_finding__followed') }}
),

months as (
    select * from {{ ref('int_month__spined') }}
)

select
    months.month_end_date,
    followed.table_name,
    followed.check_kind,
    followed.column_name,
    followed.is_fault,
    followed.is_secret,
    followed.first_seen_on,
    -- Until the next file that tells of the record, this one is what is known.
    coalesce(followed.next_on > months.month_end_date, true) as is_open,
    followed.is_first and last_day(followed.base_date) = months.month_end_date as is_new,
    followed.is_return and last_day(followed.base_date) = months.month_end_date as is_back,
    followed.is_mended_next and last_day(followed.next_on) = months.month_end_date as is_mended
from followed
inner join months on followed.base_date <= months.month_end_date
where
    coalesce(followed.next_on > months.month_end_date, true)
    or last_day(followed.next_on) = months.month_end_date

-- A month without residents is a month that was lost.
select months.month_end_date
from {{ ref('int_month__spined') }} as months
left join (select distinct month_end_date from {{ ref('int_resident__at_month') }}) as built
    on months.month_end_date = built.month_end_date
where built.month_end_date is null

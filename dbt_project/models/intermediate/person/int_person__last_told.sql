-- One row a person of the register: birth and sex as the last jumin delivery that holds the person tells them.
with register as (
    select * from {{ ref('stg_jumin__person') }}
),

newest_day as (
    select max(base_date) as base_date from register
),

newest as (
    select register.* from newest_day
    inner join register on newest_day.base_date = register.base_date
),

gone as (
    select registered.resident_no
    from {{ ref('int_person__registered') }} as registered
    left join newest on registered.resident_no = newest.resident_no
    -- Leavers drop out of the file after twelve months; few, so only they are searched for in older files.
    where newest.resident_no is null
),

told as (
    select * from newest
    union all
    select register.* from register
    inner join gone on register.resident_no = gone.resident_no
)

select
    resident_no,
    birth_date_earliest,
    birth_date_latest,
    sex
from told
qualify row_number() over (partition by resident_no order by base_date desc) = 1

-- One row a person of the register: birth and sex as the last jumin delivery that holds the person tells them.
with register as (
    select * from {{ ref('stg_jumin__person') }}
),

newest as (
    select * from register
    where base_date = (select max(base_date) from register)
),

gone as (
    select
        register.resident_no,
        max(register.base_date) as base_date
    from register
    left join newest on register.resident_no = newest.resident_no
    -- Leavers drop out of the file after twelve months; few, so only they are searched for in older files.
    where newest.resident_no is null
    group by register.resident_no
),

told as (
    select * from newest
    union all
    select register.* from register
    inner join gone on register.resident_no = gone.resident_no and register.base_date = gone.base_date
)

select
    resident_no,
    birth_date_earliest,
    birth_date_latest,
    sex
from told

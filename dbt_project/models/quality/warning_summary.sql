-- One row a file, warning and column of an accepted file: how many values are doubtful but possible.
with warnings as (
    select * from {{ source('ledger', 'warning') }}
),

codes as (
    select * from {{ ref('warning_code') }}
)

select
    warnings.feed,
    warnings.file_name,
    warnings.delivery_id,
    warnings.warning_code,
    warnings.column_name,
    codes.label as warning_label,
    codes.remedy,
    cast(count(*) as bigint) as warning_count
from warnings
left join codes on warnings.warning_code = codes.code
group by all

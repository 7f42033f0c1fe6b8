-- One row an area (圏域), by the newest chiku delivery that names it.
with towns as (
    select * from {{ ref('stg_chiku__town') }}
)

select
    area_code,
    area_name
from towns
-- A town that is in no area names none.
where area_code is not null
qualify row_number() over (partition by area_code order by base_date desc, area_name asc nulls last) = 1

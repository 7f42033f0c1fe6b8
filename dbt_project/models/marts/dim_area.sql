-- One row an area (圏域), by the newest chiku delivery that names it.
with towns as (
    select * from {{ ref('stg_chiku__town') }}
)

select
    area_code,
    max_by(area_name, base_date) as area_name
from towns
where area_code is not null
group by area_code

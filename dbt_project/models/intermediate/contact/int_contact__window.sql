-- One row a month end M and number of days up to it in which contacts are looked for: as set, and as moved.
{{ config(materialized='view') }}

select distinct
    month_end_date,
    value as contact_days
from {{ ref('int_pattern__scenario') }}
where threshold_id = 'contact_days'

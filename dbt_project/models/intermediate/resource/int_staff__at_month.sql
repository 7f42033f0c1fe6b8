-- One row a supporter (職員) and month end M, by the file in force at M.
{{ config(materialized='view') }}

{{ records_at_month(ref('stg_jinji__staff')) }}

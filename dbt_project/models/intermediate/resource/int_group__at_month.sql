-- One row a community group and month end M, by the file in force at M.
{{ config(materialized='view') }}

{{ records_at_month(ref('stg_shigen__group')) }}

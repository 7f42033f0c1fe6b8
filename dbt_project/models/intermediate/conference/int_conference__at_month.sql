-- One row a conference and month end M, by the file in force at M.
{{ config(materialized='view') }}

{{ records_at_month(ref('stg_kaigi__conference')) }}

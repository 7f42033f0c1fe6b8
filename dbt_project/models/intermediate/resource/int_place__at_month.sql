-- One row a place (居場所) and month end M, by the file in force at M.
{{ config(materialized='view') }}

{{ records_at_month(ref('stg_shigen__place')) }}

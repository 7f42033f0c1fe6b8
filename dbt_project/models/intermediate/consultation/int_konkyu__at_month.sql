-- One row a konkyu case and month end M, by the file in force at M.
{{ config(materialized='view') }}

{{ records_at_month(ref('stg_konkyu__case')) }}

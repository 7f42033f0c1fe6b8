-- One row a youtai case and month end M, by the file in force at M.
{{ config(materialized='view') }}

{{ records_at_month(ref('stg_youtai__case')) }}

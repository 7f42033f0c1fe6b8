-- One row an answer to the residents' survey and month end M, by the survey in force at M.
{{ config(materialized='view') }}

{{ records_at_month(ref('stg_ishiki__response')) }}

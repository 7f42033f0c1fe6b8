-- One row a post (機関・職種) and month end M, by the file in force at M.
{{ config(materialized='view') }}

{{ records_at_month(ref('stg_jinji__post')) }}

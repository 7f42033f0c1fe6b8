-- One row an assessment: its latest version, unless it was deleted.
{{ latest_pulled_versions(ref('stg_soudan__assessment'), 'assessment') }}

-- One row a soudan consultation: its latest version, unless it was deleted.
{{ latest_pulled_versions(ref('stg_soudan__consultation'), 'consultation') }}

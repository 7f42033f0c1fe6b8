-- One row a plan: its latest version, unless it was deleted.
{{ latest_pulled_versions(ref('stg_soudan__plan'), 'plan') }}

-- One row a support action: its latest version, unless it was deleted.
{{ latest_pulled_versions(ref('stg_soudan__support_action'), 'support_action') }}

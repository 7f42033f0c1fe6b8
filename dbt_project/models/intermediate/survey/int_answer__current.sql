-- One row an answer on satisfaction: its latest version.
{{ latest_versions(ref('stg_enquete__answer')) }}

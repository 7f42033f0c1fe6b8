-- One row a houkatsu consultation: its latest version.
{{ latest_versions(ref('stg_houkatsu__consultation')) }}

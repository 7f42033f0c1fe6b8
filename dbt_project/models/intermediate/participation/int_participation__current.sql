-- One row a participation support (参加支援): its latest version.
{{ latest_versions(ref('stg_sanka__activity')) }}

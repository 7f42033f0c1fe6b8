-- One row an attendance at a training: its latest version.
{{ latest_versions(ref('stg_kenshu__attendance')) }}

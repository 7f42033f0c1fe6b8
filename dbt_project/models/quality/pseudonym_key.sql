-- One row: the version of the pseudonym key that made every id of this release.
select
    key_version,
    key_id
from {{ source('link', 'pseudonym_key') }}

-- One row a release: the version of the pseudonym key that made every id of it.
select
    key_version,
    key_id
from {{ source('link', 'pseudonym_key') }}

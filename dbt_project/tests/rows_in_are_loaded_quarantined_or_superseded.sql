-- Of an accepted file no row is lost and none counts twice.
select file_name
from {{ ref('row_outcome') }}
where status = 'accepted' and rows_in <> rows_loaded + rows_quarantined + rows_superseded

#!/usr/bin/env bash
# Superset's login: an analyst who only reads, for a minute a query. A stack that ran before Superset was added runs it once:
# docker-compose exec postgres-serving bash /docker-entrypoint-initdb.d/20_superset.sh
set -euo pipefail

# psql reads the password from its file and quotes it: it stands in no list of processes. Again, it sets it anew.
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set given `cat "$KASANE_SUPERSET_PASSWORD_FILE"`
select not exists (select from pg_roles where rolname = 'kasane_analyst') as no_analyst,
    not exists (select from pg_roles where rolname = 'kasane_superset') as no_login \gset
\if :no_analyst
create role kasane_analyst nologin;
\endif
\if :no_login
create role kasane_superset login connection limit 40;
\endif
alter role kasane_superset password :'given';
grant kasane_analyst to kasane_superset;
alter role kasane_superset set default_transaction_read_only = on;
alter role kasane_superset set statement_timeout = '60s';
SQL

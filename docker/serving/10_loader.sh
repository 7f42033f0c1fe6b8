#!/usr/bin/env bash
# At the serving PostgreSQL's first start: the loader, who is no superuser, and the database that it owns.
set -euo pipefail

# psql reads the password from its file and quotes it: it stands in no list of processes.
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set given `cat "$KASANE_LOADER_PASSWORD_FILE"`
create role kasane_loader login createrole password :'given';
create database kasane_serving owner kasane_loader encoding 'UTF8' template template0;
revoke temporary on database kasane_serving from public;
SQL

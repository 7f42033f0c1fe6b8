#!/usr/bin/env bash
# Secrets of docker-compose.yml, made once into docker/secrets/ (a folder for the owner alone); never overwritten.
set -euo pipefail

folder="$(cd "$(dirname "$0")/.." && pwd)/docker/secrets"
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

random() { python3 -c "import secrets; print(secrets.token_urlsafe(48), end='')"; }
fernet_key() { python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode(), end='')"; }
database_url() { printf 'postgresql+psycopg2://airflow:%s@postgres/airflow' "$(cat postgres_password)"; }
passwords() { printf '{"admin": "%s", "viewer": "%s"}\n' "$(random)" "$(random)"; }
serving_url() { printf 'postgresql://kasane_loader:%s@postgres-serving:5432/kasane_serving' "$(cat serving_loader_password)"; }
superset_database_url() { printf 'postgresql+psycopg2://superset:%s@postgres-superset/superset' "$(cat superset_database_password)"; }
superset_serving_url() { printf 'postgresql+psycopg2://kasane_superset:%s@postgres-serving:5432/kasane_serving' "$(cat superset_serving_password)"; }

# The folder keeps others out; the files are readable to the users of the containers, whatever their numbers.
make_secret() {
    if [ -e "$1" ]; then
        echo "kept: docker/secrets/$1"
        return
    fi
    "$2" > "$1"
    chmod 444 "$1"
    echo "made: docker/secrets/$1"
}

make_secret postgres_password random
make_secret airflow_database_url database_url
make_secret airflow_fernet_key fernet_key
make_secret airflow_api_secret random
make_secret airflow_jwt_secret random
make_secret airflow_passwords passwords
make_secret serving_admin_password random
make_secret serving_loader_password random
make_secret serving_url serving_url
make_secret superset_secret_key random
make_secret superset_database_password random
make_secret superset_database_url superset_database_url
make_secret superset_admin_password random
make_secret superset_serving_password random
make_secret superset_serving_url superset_serving_url
make_secret soudan_url true
chmod 644 soudan_url

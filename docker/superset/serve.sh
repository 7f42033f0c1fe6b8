#!/usr/bin/env bash
# Superset's pages; the address is that of a container, or of one machine in `make superset`.
set -euo pipefail
exec gunicorn --bind "${KASANE_SUPERSET_BIND:-0.0.0.0:8088}" --workers "${KASANE_SUPERSET_WORKERS:-2}" \
    --worker-class gthread --threads 8 --timeout 60 --max-requests 2000 --max-requests-jitter 200 \
    --no-control-socket 'superset.app:create_app()'

#!/usr/bin/env bash
# Superset's own tables, roles, dashboards; run at every start of the stack, and by `make superset`.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
superset db upgrade
superset init
python "$here/set_up.py" "$here/assets"

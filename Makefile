# The verbs of the project; `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3.11
ROOT := $(CURDIR)
BIN := $(ROOT)/.venv/bin
UV := $(ROOT)/.tools/bin/uv

# The ward of `make run`; another size goes to another folder: make run RESIDENTS=2000 DEMO=demo-small
# Another municipality: make run CONFIG=DIR takes its code, and none of its feeds_off, into a folder of its own.
CONFIG :=
RESIDENTS ?= 20000
MONTHS ?= 24
SEED ?= 1
DEMO ?= demo$(if $(CONFIG),-$(notdir $(abspath $(CONFIG))))
WARD := $(DEMO)/ward
WARD_STAMP := $(DEMO)/.ward-$(RESIDENTS)-$(MONTHS)-$(SEED)
PORT ?= 8080
# Test files run side by side, each in one process; one needs up to 2 GB.
WORKERS ?= 2
ARGS ?=

export KASANE_DATA ?= $(abspath $(DEMO)/data)
export KASANE_EXTRACTS ?= $(abspath $(WARD)/extracts)
ifneq ($(CONFIG),)
export KASANE_CONFIG := $(abspath $(CONFIG))
endif
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup run test check build docs up bench torture mutants accuracy disclosure superset compose \
	check-python check-sql check-imports check-generated check-lineage check-compose

help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: .venv/.stamp ## Install everything into .venv, as uv.lock has it

.tools/bin/uv: scripts/uv.txt
	$(PYTHON) -m venv --clear --without-pip .tools
	$(PYTHON) -m pip --python .tools/bin/python install --quiet --requirement scripts/uv.txt
	@touch $@

.venv/.stamp: uv.lock pyproject.toml .tools/bin/uv
	$(UV) sync --frozen --python $(PYTHON)
	@touch $@

$(WARD_STAMP): $(if $(CONFIG),$(CONFIG)/municipality.yml) | setup
	@rm -rf $(WARD) $(DEMO)/.ward-*
	@mkdir -p $(DEMO)
	$(BIN)/kasane generate --residents $(RESIDENTS) --months $(MONTHS) --seed $(SEED) --out $(WARD)
	@touch $@

run: setup $(WARD_STAMP) ## Invent a ward, take it through Airflow into the warehouse, write the reports
	$(BIN)/python scripts/run_dags.py
	@$(BIN)/kasane status
	@$(BIN)/kasane overview
	@echo
	@echo "  できました。はじめの頁をブラウザーで開いてください / Done. Open the index page in a browser:"
	@echo "  $(KASANE_DATA)/current/reports/index.html"

test: setup ## Every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: setup check-python check-sql check-imports check-generated check-lineage check-compose ## Style, types, SQL, imports, generated files, lineage, docker-compose.yml

check-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check-sql:
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	KASANE_BUILD_FILE="$$scratch/lint.duckdb" DBT_TARGET_PATH="$$scratch/target" DBT_LOG_PATH="$$scratch/logs" \
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models

check-imports:
	$(BIN)/lint-imports --config .importlinter --no-cache

check-generated:
	$(BIN)/python -m kasane.contracts.dbt_sources --check
	$(BIN)/python -m kasane.dictionary --check

check-lineage:
	$(BIN)/kasane lineage --check

check-compose:
	@command -v docker-compose >/dev/null || { echo "docker-compose is missing: apt-get install docker-compose" >&2; exit 1; }
	docker-compose -f docker-compose.yml config --quiet

build: setup ## Build the warehouse anew from what was taken in (no Airflow); ARGS go to `kasane build`
	$(BIN)/kasane build $(ARGS)

docs: setup ## dbt docs of the release in force, one page that opens offline: current/reports/dbt_docs.html
	$(BIN)/kasane docs $(ARGS)

up: setup ## Airflow with its scheduler and UI on 127.0.0.1, until Ctrl-C; PORT=8080 unless given
	@exec $(BIN)/python scripts/up.py --port $(PORT)

bench: setup ## Seconds and memory at three sizes, beside the floor, linkage beside plain Splink, PostgreSQL; ARGS go to scripts/bench.py
	$(BIN)/python scripts/bench.py $(ARGS)
	$(BIN)/python scripts/bench_linkage.py
	$(BIN)/python scripts/bench_serving.py

torture: setup ## Kill, fill the disk, shuffle: the warehouse comes out the same; ARGS go to tests/torture/run.py
	$(BIN)/python tests/torture/run.py $(ARGS)

mutants: setup ## One-line mutations of the definitions: each must break a test
	$(BIN)/python tests/mutants/run.py $(ARGS)

accuracy: setup ## How well records find their person in an invented ward; ARGS go to scripts/accuracy.py
	$(BIN)/python scripts/accuracy.py $(ARGS)

disclosure: setup ## 24 releases of three wards attacked together; ARGS go to scripts/bench_disclosure.py
	$(BIN)/python scripts/bench_disclosure.py $(ARGS)

# Superset's environment is its own: its pandas is not ours (docs/adr/0053).
.tools/superset/.stamp: docker/superset/requirements.txt | setup
	$(PYTHON) -m venv --clear --without-pip .tools/superset
	$(UV) pip install --quiet --python .tools/superset/bin/python --require-hashes -r $<
	@touch $@

superset: .tools/superset/.stamp ## Superset for real, on the release of `make run`: each dashboard opened, each figure compared; ARGS go to tests/superset_stack/run.py
	$(BIN)/python tests/superset_stack/run.py --environment .tools/superset --data $(KASANE_DATA) $(ARGS)

compose: setup ## The service stack, each service started here without Docker, every feed to reports and PostgreSQL; ARGS go to pytest
	KASANE_WHOLE_STACK=1 $(BIN)/python -m pytest tests/compose $(ARGS)

"""``python -m kasane.contracts.dbt_sources [--check]``: the dbt source ``lake`` from the contracts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from kasane.contracts.columns import LakeColumn, lake_columns
from kasane.contracts.generated import main
from kasane.contracts.model import Contract
from kasane.settings import PROJECT_ROOT

SOURCES_FILE = PROJECT_ROOT / "dbt_project" / "models" / "staging" / "_sources.yml"
_HEADER = "# Made from expectations/contracts by `python -m kasane.contracts.dbt_sources`; don't edit.\n"


def render_sources(contracts: Mapping[str, Contract]) -> str:
    """The YAML of the source ``lake``: a table a feed, every column with its meaning, type and secrecy class."""
    source = {
        "name": "lake",
        "schema": "lake",
        "description": "読み込んだ配信ファイル、1配信1フォルダ (deliveries as read; restricted zone)",
        "tables": [_table(contract) for _, contract in sorted(contracts.items())],
    }
    content = {"version": 2, "sources": [source]}
    return _HEADER + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)


def _table(contract: Contract) -> dict[str, Any]:
    return {
        "name": contract.table,
        "description": f"{contract.full_title}。{contract.description}",
        "config": {
            "meta": {
                "feed": contract.feed,
                "owner": contract.owner,
                "kind": contract.kind,
                "rhythm": contract.rhythm,
                "legal_basis": contract.legal_basis,
                "retention_years": contract.retention_years,
            }
        },
        "columns": [_column(contract, column) for column in lake_columns(contract)],
    }


def _column(contract: Contract, column: LakeColumn) -> dict[str, Any]:
    return {
        "name": column.name,
        "data_type": column.type.lower(),
        "description": column.description,
        "config": {"meta": {"secrecy": column.secrecy, "legal_basis": contract.legal_basis}},
    }


if __name__ == "__main__":
    raise SystemExit(main(None, "kasane.contracts.dbt_sources", SOURCES_FILE, render_sources))

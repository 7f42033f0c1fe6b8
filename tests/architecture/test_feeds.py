"""A feed is a contract, a staging model and a fixture; this says which is missing."""

from __future__ import annotations

from kasane.contracts import load_contracts
from kasane.settings import PROJECT_ROOT, load_settings

FEEDS = set(load_contracts(load_settings().contract_dirs))
STAGING = PROJECT_ROOT / "dbt_project" / "models" / "staging"


def test_every_contract_has_a_staging_model_and_every_model_a_contract() -> None:
    modelled = {path.parent.name for path in STAGING.glob("*/stg_*__*.sql")}
    assert modelled == FEEDS


def test_a_staging_model_is_named_after_its_feed() -> None:
    misnamed = [path.name for path in STAGING.glob("*/*.sql") if not path.name.startswith(f"stg_{path.parent.name}__")]
    assert misnamed == []

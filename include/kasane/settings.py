"""The only reader of the environment, and the one place that knows where things lie on disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kasane.errors import ContractError, KasaneError, Problem

PROJECT_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class DataPaths:
    """Every place below the data directory; nothing else joins path names for it."""

    root: Path

    @property
    def landing(self) -> Path:
        """Bytes as received: landing/<feed>/<sha256>; append-only."""
        return self.root / "landing"

    @property
    def lake(self) -> Path:
        """One folder a delivery: lake/<feed>/<delivery_id>/."""
        return self.root / "lake"

    @property
    def decisions(self) -> Path:
        """Operators' and reviewers' decisions, one JSON object a line; append-only."""
        return self.root / "decisions"

    @property
    def audit(self) -> Path:
        """Who took restricted data out or decided on it, one JSON object a line; append-only."""
        return self.root / "audit"

    @property
    def key_ledger(self) -> Path:
        """Which surrogates each published release held, one Parquet a release; append-only, restricted zone."""
        return self.root / "key_ledger"

    @property
    def release_register(self) -> Path:
        """What was ever published and what was hidden of it, one JSON a publication; append-only, restricted zone."""
        return self.root / "release_register"

    @property
    def keys(self) -> Path:
        """Secret keys (0600)."""
        return self.root / "keys"

    @property
    def work(self) -> Path:
        """Scratch space that may be deleted at any time when nothing runs."""
        return self.root / "work"

    @property
    def build_file(self) -> Path:
        """The DuckDB file that dbt builds into; restricted zone."""
        return self.root / "build" / "kasane.duckdb"

    @property
    def releases(self) -> Path:
        """releases/<release id>/{restricted,analyst,published}.duckdb and reports/."""
        return self.root / "releases"

    @property
    def current(self) -> Path:
        """Symlink to the release in force."""
        return self.root / "current"

    @property
    def quality(self) -> Path:
        """Stored Great Expectations results and their HTML summaries."""
        return self.root / "quality"

    @property
    def lock(self) -> Path:
        """The lock that serialises writers."""
        return self.root / "kasane.lock"


@dataclass(frozen=True)
class Settings:
    """What one run works on: the data directory, the configuration overlay and the extracts to take."""

    data: DataPaths
    config_dir: Path | None
    extracts: str | None
    key_file: Path | None
    as_of: str | None = None

    @property
    def contract_dirs(self) -> tuple[Path, ...]:
        """Folders of contracts, the repository's first, the municipality's overlay last."""
        dirs = [PROJECT_ROOT / "expectations" / "contracts"]
        if self.config_dir is not None:
            dirs.append(self.config_dir / "contracts")
        return tuple(dirs)

    @property
    def seed_dirs(self) -> tuple[Path, ...]:
        """Folders of seeds (codes/, policy/), the repository's first, the overlay last."""
        dirs = [PROJECT_ROOT / "dbt_project" / "seeds"]
        if self.config_dir is not None:
            dirs.append(self.config_dir / "seeds")
        return tuple(dirs)


def load_settings(
    data: str | Path | None = None,
    config: str | Path | None = None,
    extracts: str | None = None,
    as_of: str | None = None,
) -> Settings:
    """Settings from arguments, else from KASANE_DATA, KASANE_CONFIG, KASANE_EXTRACTS, KASANE_AS_OF.

    ``extracts`` is a folder or an fsspec address (``sftp://user@host/path``) that holds one folder a feed.
    Raises ContractError where the configuration folder is not there: its overlays would be missed in silence.
    """
    environment = os.environ
    config_value = config or environment.get("KASANE_CONFIG")
    if config_value and not Path(config_value).is_dir():
        raise ContractError(Problem("there is no such configuration folder", "mend --config", str(config_value)))
    key_value = environment.get("KASANE_KEY_FILE")
    return Settings(
        data=DataPaths(Path(data or environment.get("KASANE_DATA") or PROJECT_ROOT / "data").resolve()),
        config_dir=Path(config_value).resolve() if config_value else None,
        extracts=extracts or environment.get("KASANE_EXTRACTS"),
        key_file=Path(key_value).resolve() if key_value else None,
        as_of=as_of or environment.get("KASANE_AS_OF"),
    )


def dbt_environment(build_file: Path, spill: Path) -> dict[str, str]:
    """The environment of a dbt process: which file it builds into, where it spills, and no telemetry."""
    return {
        **os.environ,
        "KASANE_BUILD_FILE": str(build_file),
        "KASANE_SPILL_DIR": str(spill),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def load_database_address(feed: str) -> str | None:
    """The address of a feed's database from KASANE_<FEED>_URL, else from the file that KASANE_<FEED>_URL_FILE names.

    None where neither is set. It may hold a password: it is read when it is needed and kept in no Settings, so that
    nothing that shows settings shows it. Raises KasaneError for a file that can't be read.
    """
    name = f"KASANE_{feed.upper()}_URL"
    if address := os.environ.get(name):
        return address
    file = os.environ.get(f"{name}_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        what = f"the file of {name}_FILE can't be read ({type(error).__name__})"
        raise KasaneError(Problem(what, "check the path and its rights", file)) from None


def load_at_rest_key_file() -> Path | None:
    """The key file of encryption at rest that KASANE_AT_REST_KEY_FILE names; None: the one in the data directory."""
    value = os.environ.get("KASANE_AT_REST_KEY_FILE")
    return Path(value).resolve() if value else None

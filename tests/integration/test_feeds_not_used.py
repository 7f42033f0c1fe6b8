"""A municipality without some feeds: their indicators have no data and say why, and no other number changes.

One ward, taken in once; then built again with one half of the feeds switched off, with the other half, and with all
but the register. What a number rests on is what the seeds `kpi` and `figure_feed` say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pytest

from kasane.pipeline import ingest, link
from kasane.settings import DataPaths, Settings
from kasane.ward.generate import generate
from support.failing_feeds import FEEDS
from support.warehouse import BUILD_ANEW, WITHOUT_TESTS, run_dbt

pytestmark = pytest.mark.slow

RESIDENTS, MONTHS, SEED = 200, 3, 5
# Each half holds feeds of every domain of need, and both tell something of consultations.
ONE_HALF = ("chiku", "enquete", "kaigo", "kenshu", "konkyu", "sanka", "shigen", "youtai")
OTHER_HALF = tuple(sorted(set(FEEDS) - {"jumin", *ONE_HALF}))
GROUPS = {"one half": ONE_HALF, "other half": OTHER_HALF, "all but the register": (*ONE_HALF, *OTHER_HALF)}
MARTS = ("mart_kpi_value", "mart_benchmark", "mart_overlap_summary", "mart_domain_overlap", "mart_pattern_summary")
SELECTED = ("--select", *(f"+{mart}" for mart in MARTS))
Rows = dict[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Compared:
    """The ward with all feeds, and without ``unused``."""

    unused: tuple[str, ...]
    whole: duckdb.DuckDBPyConnection
    fewer: duckdb.DuckDBPyConnection

    def both(self, table: str, keys: tuple[str, ...]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Each row with what it was; of areas none is left where nothing tells of them."""
        whole, fewer = rows(self.whole, table, keys), rows(self.fewer, table, keys)
        assert set(fewer) <= set(whole)
        if "chiku" not in self.unused:
            assert set(fewer) == set(whole)
        return [(whole[key], row) for key, row in fewer.items()]

    def lacking(self, sources: str | None) -> set[str]:
        """The unused ones of a `;`-joined list of feeds and tables."""
        return {name for name in (sources or "").split(";") if name.split("_")[0] in self.unused}


def rows(db: duckdb.DuckDBPyConnection, table: str, keys: tuple[str, ...]) -> Rows:
    cursor = db.execute(f"select * from {table}")
    names = [column[0] for column in cursor.description or []]
    return {
        tuple(row[names.index(key)] for key in keys): dict(zip(names, row, strict=True)) for row in cursor.fetchall()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The ward with all feeds."""
    folder = tmp_path_factory.mktemp("whole")
    generate(folder, RESIDENTS, MONTHS, SEED, dirt=False, truth=False)
    settings = Settings(DataPaths(folder / "data"), None, str(folder / "extracts"), None)
    for feed in FEEDS:
        ingest(settings, feed)
    link(settings)
    assert run_dbt(settings.data.build_file, (*BUILD_ANEW, *WITHOUT_TESTS, *SELECTED)) == []
    return settings


@pytest.fixture(scope="module", params=GROUPS, ids=str)
def compared(request: pytest.FixtureRequest, whole: Settings, tmp_path_factory: pytest.TempPathFactory) -> Compared:
    folder, unused = tmp_path_factory.mktemp("fewer"), GROUPS[request.param]
    fewer = replace(whole, data=DataPaths(folder / "data"), config_dir=folder / "config")
    (folder / "config").mkdir()
    text = f'code: "131237"\nname: ためし区\nfeeds_off: [{", ".join(unused)}]\n'
    (folder / "config" / "municipality.yml").write_text(text, encoding="utf-8")
    # The same landing, lake and verdicts: what was delivered while the feeds were in use is still there.
    fewer.data.root.mkdir()
    for name in ("landing", "lake", "keys", "quality"):
        (fewer.data.root / name).symlink_to(whole.data.root / name)
    link(fewer)
    assert run_dbt(fewer.data.build_file, (*BUILD_ANEW, *WITHOUT_TESTS, *SELECTED)) == []
    return Compared(
        unused,
        duckdb.connect(str(whole.data.build_file), read_only=True),
        duckdb.connect(str(fewer.data.build_file), read_only=True),
    )


def test_coverage_says_that_it_is_not_used_and_nothing_of_it_is_due(compared: Compared) -> None:
    for was, row in compared.both("quality.feed_coverage", ("table_name", "month_end_date")):
        if row["feed"] in compared.unused:
            assert (row["status"], row["is_due"], row["base_date"]) == ("not_used", False, None)
        else:
            assert row == was


def test_nothing_of_it_is_in_the_warehouse(compared: Compared) -> None:
    for feed in compared.unused:
        for contract in FEEDS[feed]:
            assert compared.fewer.execute(f"select count(*) from lake.{contract.table}").fetchone() == (0,)
            assert compared.whole.execute(f"select count(*) > 0 from lake.{contract.table}").fetchone() == (True,)
    linked = {feed for (feed,) in compared.fewer.execute("select distinct feed from link.person_link").fetchall()}
    assert linked & set(compared.unused) == set()


def test_its_indicators_have_no_data_and_no_other_changes(compared: Compared) -> None:
    kpis = {row["kpi_id"]: row for row in rows(compared.fewer, "seeds.kpi", ("kpi_id",)).values()}
    states = set()
    for was, row in compared.both("marts.mart_kpi_value", ("kpi_id", "period_end_date", "area_code")):
        kpi = kpis[row["kpi_id"]]
        essential, beside = compared.lacking(kpi["feeds"]), compared.lacking(kpi["feeds_beside"])
        if essential:
            assert [row[name] for name in ("numerator", "denominator", "value", "status")] == [None] * 3 + ["no_data"]
            assert row["reason"].startswith("この自治体では使わないデータによる指標で、算出しません")
            assert all(name in row["reason"] for name in essential)
            assert (row["coverage_months_delivered"], row["coverage_months_due"]) == (None, None)
        elif beside:
            assert all(name in row["reason"] for name in beside)
            assert "使わないデータがあり" in row["reason"]
        elif not _is_of_withheld_consultations(compared, row):
            assert row == was
        states.add("essential" if essential else "beside" if beside else "none")
    assert states == {"essential"} if len(compared.unused) == len(FEEDS) - 1 else len(states) == 3


def _is_of_withheld_consultations(compared: Compared, row: dict[str, Any]) -> bool:
    """Which participations have no area outside the restricted zone is told by their consultation (docs/adr/0037)."""
    return row["kpi_id"] == "M2-KPI-4" and row["area_code"] != "ALL" and "soudan" in compared.unused


def test_figures_beside_the_indicators_say_why_there_are_none(compared: Compared) -> None:
    resting: dict[str, dict[bool, set[str]]] = {}
    for row in rows(compared.fewer, "seeds.figure_feed", ("figure_id", "source_name", "period")).values():
        lacking = compared.lacking(row["source_name"])
        resting.setdefault(row["figure_id"], {True: set(), False: set()})[row["is_essential"]] |= lacking
    for was, row in compared.both("marts.mart_benchmark", ("indicator_id", "month_end_date")):
        lacking = resting.get(row["indicator_id"], {True: set(), False: set()})
        if lacking[True] and was["reason"] is None:
            assert row["value"] is None
            assert all(name in row["reason"] for name in lacking[True])
        elif not lacking[True] and not lacking[False]:
            assert row == was


def test_the_overlap_says_which_needs_it_does_not_know(compared: Compared) -> None:
    needs = {"kaigo", "houkatsu", "shogai", "kodomo", "konkyu", "seiho"} & set(compared.unused)
    for table, keys in (
        ("marts.mart_overlap_summary", ("month_end_date", "area_code")),
        ("marts.mart_domain_overlap", ("month_end_date", "area_code", "household_type", "domains", "match")),
    ):
        for was, row in compared.both(table, keys):
            assert all(feed in row["reason"] for feed in needs)
            # Nobody waits for what will never come: the month can be published.
            assert row.get("is_complete", True) is True
            assert "chiku" in compared.unused or row["household_count"] <= was["household_count"] or "match" in row


def test_a_pattern_that_rests_on_it_has_no_number_and_names_it(compared: Compared) -> None:
    tiers: dict[tuple[str, str], dict[bool, set[str]]] = {}
    for row in rows(compared.fewer, "seeds.pattern_feed", ("pattern", "tier", "feed")).values():
        found = tiers.setdefault((row["pattern"], row["tier"]), {True: set(), False: set()})
        found[row["is_essential"]] |= {row["feed"]} & set(compared.unused)
    for was, row in compared.both("marts.mart_pattern_summary", ("month_end_date", "area_code", "pattern", "tier")):
        lacking = tiers[row["pattern"], row["tier"]]
        not_current = set((row["feeds_not_current"] or "").split(";"))
        assert (lacking[True] | lacking[False]) <= not_current
        if lacking[True]:
            assert row["household_count"] is None
        elif not lacking[False]:
            assert row == was

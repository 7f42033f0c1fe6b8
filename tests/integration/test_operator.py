"""What an operator lives through: a new month, a refused batch and its acceptance, a failed build, a lost key."""

import re
import shutil
import sqlite3
from pathlib import Path

import duckdb
import pytest

from kasane.at_rest import is_encrypted
from kasane.dictionary.models import load_exposures, load_relations
from kasane.dictionary.origins import load_origins
from kasane.pipeline import publish_reports
from kasane.publish.explain import explain_kpi
from kasane.publish.overview import overview
from kasane.publish.release import table_hashes
from kasane.settings import PROJECT_ROOT, DataPaths, load_settings
from support.commands import kasane, succeed
from support.documented import columns_of_release, differing, idle_patterns, undescribed_files
from support.page_basics import faults
from support.read_recorder import recorded_reads

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Extracts of a small clean ward over four months."""
    folder = tmp_path_factory.mktemp("ward")
    size = ("--residents", 300, "--months", 4, "--seed", 5)
    succeed("generate", *size, "--no-dirt", "--no-truth", "--out", folder / "ward")
    return folder / "ward" / "extracts"


def newest(ward: Path) -> Path:
    """The register's last file."""
    return max((ward / "jumin").iterdir())


@pytest.fixture(scope="module")
def three_months(ward: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with all but the newest month."""
    folder = tmp_path_factory.mktemp("three")
    day = re.findall(r"\d{8}", newest(ward).name)[0]
    shutil.copytree(ward, folder / "extracts", ignore=shutil.ignore_patterns(f"*{day}*"))
    forget_after(folder / "extracts" / "soudan" / "soudan.sqlite", iso(before_newest(ward)))
    succeed("run", "--extracts", folder / "extracts", "--data", folder / "data")
    return folder / "data"


def before_newest(ward: Path) -> str:
    """The base date of the register's last file but one, as files write it."""
    return max(re.findall(r"\d{8}", file.name)[0] for file in (ward / "jumin").iterdir() if file != newest(ward))


def iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def forget_after(database: Path, day: str) -> None:
    """The consultation system as it stood at the end of a day."""
    with sqlite3.connect(database) as db:
        for table in ("consultation", "support_action", "plan", "assessment"):
            db.execute(f"delete from {table} where substr(updated_at, 1, 10) > ?", [day])
    db.close()


@pytest.fixture
def data(three_months: Path, tmp_path: Path) -> Path:
    """A copy of it to work on."""
    shutil.copytree(three_months, tmp_path / "data", symlinks=True)
    return tmp_path / "data"


# How often a database was pulled is history, and so is what was ever published, ids and tables: no matter of what is
# known.
HISTORY = {
    "published.domain_overlap",
    "published.kpi_value",
    "published.publication",
    "restricted.disclosure_interval",
    "quality.row_outcome",
    "quality.feed_coverage",
    "restricted.delivery_in_force",
    "restricted.person_redirect",
    "marts.person_redirect",
    "quality.check_result",
}


def hashes(data: Path) -> dict[str, str]:
    found = table_hashes(DataPaths(data).current.resolve())
    assert set(found) > HISTORY
    return {name: each for name, each in found.items() if name not in HISTORY}


@pytest.fixture
def encrypted(tmp_path: Path) -> Path:
    """A configuration that wants the restricted zone encrypted at rest."""
    (tmp_path / "encrypted").mkdir()
    told = 'code: "131130"\nname: 試験区\nat_rest: encrypted\n'
    (tmp_path / "encrypted" / "municipality.yml").write_text(told, encoding="utf-8")
    return tmp_path / "encrypted"


def test_one_more_month_gives_the_tables_of_a_build_from_nothing_encrypted_or_not(
    ward: Path, data: Path, tmp_path: Path, encrypted: Path
) -> None:
    succeed("run", "--extracts", ward, "--data", data)
    shutil.copytree(data / "keys", tmp_path / "anew" / "keys")
    succeed("run", "--extracts", ward, "--data", tmp_path / "anew", "--config", encrypted)
    assert is_encrypted(tmp_path / "anew" / "build" / "kasane.duckdb")
    assert is_encrypted(tmp_path / "anew" / "current" / "restricted.duckdb")
    assert hashes(data) == hashes(tmp_path / "anew")


def test_the_dictionary_describes_every_column_of_a_release_with_its_type(data: Path) -> None:
    described = load_relations(load_origins(), load_exposures())
    told = {name: {each.name: each.type for each in found.columns} for name, found in described.items()}
    assert told == columns_of_release(data / "current")


def test_exposures_name_every_file_of_a_release_and_read_what_they_say(data: Path) -> None:
    settings, exposures = load_settings(data), load_exposures()
    with recorded_reads() as reads:
        publish_reports(settings)
        month = overview(settings.data).month
        explain_kpi(settings.data, "M1-KGI-1", month.isoformat())
    assert differing(reads, exposures) == {}
    assert undescribed_files(data / "current", exposures) == []
    assert idle_patterns(data / "current", exposures) == []


def test_dbt_docs_are_one_page_of_the_release_without_a_path_of_this_machine(data: Path) -> None:
    succeed("docs", "--data", data)
    page = (data / "current" / "reports" / "dbt_docs.html").read_text(encoding="utf-8")
    assert all(name in page for name in ("mart_overlap_summary", "kpi_scorecard", "分野の重なり"))
    assert [place for place in (str(PROJECT_ROOT), str(data), str(Path.home())) if place in page] == []
    assert 'href="dbt_docs.html"' in (data / "current" / "reports" / "index.html").read_text(encoding="utf-8")


def test_a_second_run_loads_nothing_and_keeps_the_release(ward: Path, three_months: Path, data: Path) -> None:
    before = hashes(data)
    out = succeed("run", "--extracts", three_months.parent / "extracts", "--data", data)
    assert "nothing changed, nothing to build" in out
    assert hashes(data) == before


def test_a_build_file_of_the_other_form_is_made_again_without_news(data: Path, encrypted: Path) -> None:
    before = hashes(data)
    out = succeed("build", "--data", data, "--config", encrypted)
    assert "models and tests, all well" in out
    assert is_encrypted(data / "build" / "kasane.duckdb")
    assert hashes(data) == before


def test_as_of_gives_the_warehouse_of_that_day_encrypted_or_not(ward: Path, data: Path, encrypted: Path) -> None:
    before = hashes(data)
    out = succeed("run", "--extracts", ward, "--data", data, "--config", encrypted)
    # A build file of the other form is made from nothing, and encrypted it takes months one by one as well.
    assert "4 of 4 months to build" in out
    succeed("build", "--as-of", iso(before_newest(ward)), "--data", data, "--config", encrypted)
    assert hashes(data) == before
    key = (data / "keys" / "at_rest.key").read_bytes().strip()
    assert [path for path in data.rglob("*") if path.is_file() and key in path.read_bytes()] == [
        data / "keys" / "at_rest.key"
    ]


def shrunk_register(ward: Path, folder: Path) -> Path:
    """The extracts with a newest register that lost two thirds of its people, rightly counted."""
    shutil.copytree(ward, folder)
    file = folder / "jumin" / newest(ward).name
    lines = file.read_bytes().split(b"\r\n")
    kept = lines[: len(lines) // 3]
    file.write_bytes(b"\r\n".join([*kept, f'"T","{len(kept) - 1}"'.encode(), b""]))
    return folder


def test_a_batch_refused_for_its_volume_counts_once_an_operator_accepts_it(
    ward: Path, data: Path, tmp_path: Path
) -> None:
    extracts = shrunk_register(ward, tmp_path / "extracts")
    succeed("run", "--extracts", extracts, "--data", data)
    refused = re.search(r"refused +\S+ +([0-9a-f]{12}) +(JUMIN\S+) +volume", succeed("status", "--data", data))
    assert refused is not None
    decision = ("--sha256", refused[1], "--by", "係長", "--reason", "区の分割", "--data", data)
    succeed("accept", refused[2], *decision)
    succeed("build", "--data", data)
    assert not re.search("^refused", succeed("status", "--data", data), re.MULTILINE)


def test_only_a_refusal_by_volume_can_be_accepted(data: Path) -> None:
    accepted = re.search(r"accepted +\S+ +([0-9a-f]{12}) +(JUMIN\S+)", succeed("status", "--all", "--data", data))
    assert accepted is not None
    done = kasane("accept", accepted[2], "--sha256", accepted[1], "--by", "係長", "--reason", "-", "--data", data)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_failed_check_leaves_the_old_release_and_says_why(ward: Path, data: Path, tmp_path: Path) -> None:
    before = hashes(data)
    seeds = tmp_path / "config" / "seeds" / "policy"
    seeds.mkdir(parents=True)
    source = Path(__file__).parents[2] / "dbt_project" / "seeds" / "policy" / "domain_combination.csv"
    (seeds / source.name).write_text("".join(source.read_text().splitlines(keepends=True)[:-1]), encoding="utf-8")
    done = kasane("run", "--extracts", ward, "--data", data, "--config", tmp_path / "config")
    assert done.returncode == 1
    assert "the release in force stays" in done.stderr
    assert "Traceback" not in done.stderr
    assert hashes(data) == before


def test_a_table_whose_model_is_gone_is_in_no_later_release(ward: Path, data: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(DataPaths(data).build_file)) as connection:
        connection.execute("create table marts.of_an_older_version as select 1 as one")
    seeds = tmp_path / "config" / "seeds" / "policy"
    seeds.mkdir(parents=True)
    # A municipality writes the thresholds that differ, and no other.
    rule = "threshold_id,value,unit,reason,source\nlink_reviews_per_thousand,41,count,試行,係の決定\n"
    (seeds / "threshold.csv").write_text(rule, encoding="utf-8")
    succeed("run", "--extracts", ward, "--data", data, "--config", tmp_path / "config")
    with duckdb.connect(str(DataPaths(data).current / "analyst.duckdb"), read_only=True) as connection:
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert "fct_household_month" in tables
    assert "of_an_older_version" not in tables


def test_data_without_their_key_are_an_error_and_never_get_a_new_one(ward: Path, data: Path) -> None:
    (data / "keys" / "pseudonym.key").unlink()
    done = kasane("run", "--extracts", ward, "--data", data)
    assert done.returncode == 1
    assert "restore it from its safe copy" in done.stderr
    assert not (data / "keys" / "pseudonym.key").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "--extracts", "/nowhere"), "/nowhere"),
        (("ingest", "jyumin", "--extracts", "/nowhere"), "there is no feed jyumin"),
        (("status", "--config", "/nowhere/config"), "/nowhere/config"),
        (("query", "select 1"), "there is no release yet"),
        (("build", "--as-of", "31.3.2025"), "write it as 2025-03-31"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    done = kasane(*arguments, "--data", tmp_path / "data")
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_what_was_published_outlives_the_warehouse(data: Path) -> None:
    tables = [name for name in HISTORY if name.startswith("published.")]
    before = table_hashes(DataPaths(data).current.resolve())
    for part in ("build", "releases"):
        shutil.rmtree(data / part)
    (data / "current").unlink()
    succeed("build", "--data", data)
    after = table_hashes(DataPaths(data).current.resolve())
    assert {name: after[name] for name in tables} == {name: before[name] for name in tables}


def test_every_page_of_a_release_keeps_the_basics(three_months: Path) -> None:
    # rglob does not follow the link that names the release in force.
    folder = (three_months / "current").resolve()
    pages = sorted(file for file in folder.rglob("*.html") if file.name != "dbt_docs.html")
    names = {file.name for file in pages}
    assert {"index.html", "kpi.html", "overlap.html", "patterns.html", "areas.html", "dictionary.html"} <= names
    assert {"kaigo.html", "linkage.html", "offices.html", "office_1.html"} <= names
    found = {str(file.relative_to(folder)): faults(file.read_text(encoding="utf-8")) for file in pages}
    assert {name: lacking for name, lacking in found.items() if lacking} == {}

"""``kasane init`` writes a configuration that is checked and changes only what was asked; a check names every line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from kasane import cli_config
from kasane.cli import app
from kasane.contracts import by_feed, load_contracts
from kasane.contracts.codes import load_thresholds
from kasane.contracts.municipality import load_municipality, name_problem
from kasane.errors import KasaneError
from kasane.pipeline.config_check import configuration_problems
from kasane.pipeline.config_init import Wanted, init_configuration
from kasane.settings import PROJECT_ROOT, Settings, load_settings

DEFAULTS = Settings(load_settings("/nowhere").data, None, None, None)
FEEDS = by_feed(load_contracts(DEFAULTS.contract_dirs))
WANTED = Wanted("131237", "江戸川区")
AGE = "pattern_8050_parent_age_from"


def of(folder: Path) -> Settings:
    return load_settings(folder.parent / "data", folder)


def told(folder: Path) -> set[tuple[str, int | None]]:
    """(file, line) of each problem; each says what to do."""
    found = configuration_problems(of(folder))
    assert all(each.remedy for each in found)
    return {(str(Path(each.file or "").relative_to(folder)), each.line) for each in found}


def said(*arguments: object) -> str:
    """What a command prints, or the problems that it ends with."""
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    assert done.exception is None or isinstance(done.exception, KasaneError)
    return f"✗ {done.exception}" if done.exception else done.output


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding=encoding)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    init_configuration(tmp_path / "config", WANTED, DEFAULTS)
    return tmp_path / "config"


def test_what_init_writes_is_right_and_changes_nothing_that_was_not_asked(config: Path) -> None:
    assert told(config) == set()
    assert load_municipality(of(config)).model_dump() == {
        "code": "131237", "name": "江戸川区", "at_rest": "plain", "feeds_off": [],
    }  # fmt: skip
    assert load_contracts(of(config).contract_dirs) == load_contracts(DEFAULTS.contract_dirs)
    assert load_thresholds(of(config).seed_dirs) == load_thresholds(DEFAULTS.seed_dirs)


def test_what_was_asked_is_what_counts(tmp_path: Path) -> None:
    wanted = Wanted("271004", "大阪市", ("sanka", "kenshu"), ("kaigo",), {AGE: "80"}, "encrypted")
    files = init_configuration(tmp_path / "config", wanted, DEFAULTS)
    settings = of(tmp_path / "config")
    found = load_municipality(settings)
    assert (found.code, found.name, found.at_rest, found.feeds_off) == (
        "271004", "大阪市", "encrypted", ["sanka", "kenshu"],
    )  # fmt: skip
    changed = {
        name: threshold.value
        for name, threshold in load_thresholds(settings.seed_dirs).items()
        if threshold != load_thresholds(DEFAULTS.seed_dirs)[name]
    }
    assert changed == {AGE: 80}
    assert {str(path.relative_to(tmp_path / "config")) for path in files if path.is_file()} == {
        "README.md", "municipality.yml", "contracts/kaigo.yml", "seeds/policy/threshold.csv",
        "seeds/policy/protection_lifted.csv", "seeds/policy/disclosure_neighbour.csv",
    }  # fmt: skip


def test_the_comments_of_an_overlay_are_the_contract_as_it_is(tmp_path: Path) -> None:
    """Whoever takes the # from a line starts from what counts today."""
    init_configuration(tmp_path / "config", Wanted("131237", "江戸川区", (), tuple(FEEDS)), DEFAULTS)
    before = load_contracts(DEFAULTS.contract_dirs)
    for feed in FEEDS:
        file = tmp_path / "config" / "contracts" / f"{feed}.yml"
        head, _, comments = file.read_text(encoding="utf-8").partition(f"\nfeed: {feed}\n")
        assert comments
        assert all(line.startswith("# ") for line in comments.splitlines())
        file.write_text(f"{head}\nfeed: {feed}\n" + re.sub("^# ", "", comments, flags=re.MULTILINE), encoding="utf-8")
    assert load_contracts(of(tmp_path / "config").contract_dirs) == before


@settings(deadline=None, max_examples=10)
@example('"#: {x}\\')
@example("'=1+1<script>髙")
@given(st.text(min_size=1, max_size=20).filter(lambda name: name_problem(name) is None))
def test_any_name_comes_back_as_it_was_given(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("named") / "config"
    init_configuration(folder, Wanted("999999", name), DEFAULTS)
    assert load_municipality(of(folder)).name == name


def test_nothing_is_overwritten_and_every_file_in_the_way_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    for name in ("municipality.yml", "contracts/kaigo.yml", "other.txt"):
        written(folder, name, "mine")
    with pytest.raises(KasaneError) as caught:
        init_configuration(folder, Wanted("131237", "江戸川区", (), ("kaigo",)), DEFAULTS)
    assert {each.file for each in caught.value.problems} == {
        str(folder / "municipality.yml"),
        str(folder / "contracts" / "kaigo.yml"),
    }
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == [
        "kaigo.yml", "municipality.yml", "other.txt",
    ]  # fmt: skip
    assert (folder / "municipality.yml").read_text(encoding="utf-8") == "mine"


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    options = ("--code", "131234", "--name", "", "--feeds-off", "jumin,sannka", "--change", "kaigoo")
    lines = said("init", tmp_path / "config", *options, "--threshold", f"{AGE}=old", "--threshold", "x=1").splitlines()
    for words in ("131237", "name is blank", "jumin can't", "`sannka`", "`kaigoo`", "`old`", "`x`"):
        assert sum(words in line for line in lines) == 1, words
    assert len(lines) == 7
    assert list(tmp_path.iterdir()) == []


def test_a_threshold_of_disclosure_control_can_not_be_weakened(tmp_path: Path) -> None:
    wanted = Wanted("131237", "江戸川区", thresholds={"disclosure_people_under": "3"})
    with pytest.raises(KasaneError, match="weaker than the default"):
        init_configuration(tmp_path / "config", wanted, DEFAULTS)
    assert list(tmp_path.iterdir()) == []


def test_on_a_terminal_it_asks_until_the_answer_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_config.sys, "stdin", _Terminal())
    answers = iter(["131234", "131237", "", " ", "江戸川区", "jumin", "sanka、 kenshu"])
    monkeypatch.setattr(cli_config.typer, "prompt", lambda *_, **__: next(answers))
    cli_config.init(tmp_path / "config", threshold=None)
    found = load_municipality(of(tmp_path / "config"))
    assert (found.code, found.name, found.feeds_off) == ("131237", "江戸川区", ["sanka", "kenshu"])
    assert next(answers, None) is None


class _Terminal:
    def isatty(self) -> bool:
        return True


def test_without_a_terminal_what_is_missing_is_named(tmp_path: Path) -> None:
    told = said("init", tmp_path / "config")
    assert "--code is missing" in told
    assert "--name is missing" in told


def test_every_mistake_of_a_configuration_has_its_file_and_line(config: Path) -> None:
    written(config, "municipality.yml", 'code: "131237"\nname: 江戸川区\nfeeds_off: [jumin]\n')
    written(config, "contracts/kaigo.yml", "feed: kaigo\nlayout: {encoding: sjis}\n")
    written(config, "contract/kaigo.yml", "feed: kaigo\n")
    written(config, "contracts/kaigo.yaml", "feed: kaigo\n")
    written(config, "seeds/policy/tresholds.csv", "threshold_id,value,unit,reason,source\n")
    written(config, "seeds/policy/list_recipient.csv", "recipient,name\n")
    written(config, "seeds/policy/protection_lifted.csv", "resident_no,日\n", "cp932")
    assert told(config) == {
        ("municipality.yml", 3),
        ("contracts/kaigo.yml", 2),
        ("contract/kaigo.yml", None),
        ("contracts/kaigo.yaml", None),
        ("seeds/policy/tresholds.csv", 1),
        ("seeds/policy/list_recipient.csv", 1),
        ("seeds/policy/protection_lifted.csv", None),
    }


def test_every_mistake_of_a_threshold_has_its_line(config: Path) -> None:
    rows = (
        f"{AGE},80,years,区の計画",
        "pattern_8050_parent_age,80,years,誤記",
        "need_houkatsu_days,6,months,単位が違う",
        "facility_residents_over,nan,people,数でない",
        "child_age_under,18,years,",
        f"{AGE},81,years,二度目",
    )
    written(config, "seeds/policy/threshold.csv", "\n".join(["threshold_id,value,unit,reason", *rows, ""]))
    assert told(config) == {("seeds/policy/threshold.csv", line) for line in range(3, 8)}


def test_check_says_so_when_all_is_well_and_when_the_file_is_missing(config: Path) -> None:
    assert said("config", "check", config).startswith("✓ 江戸川区 (131237)")
    (config / "municipality.yml").unlink()
    assert "the invented ward's would count" in said("config", "check", config)


def test_a_feed_that_is_not_used_is_not_taken_in_and_a_wrong_configuration_starts_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    init_configuration(folder, Wanted("131237", "江戸川区", ("sanka",)), DEFAULTS)
    places = ("--extracts", tmp_path, "--data", tmp_path / "data", "--config", folder)
    told = said("ingest", "sanka", *places)
    assert told.startswith(f"✗ {folder / 'municipality.yml'}: the feed sanka is not used by this municipality")
    written(folder, "seeds/policy/no_such.csv", "a\n")
    assert "no_such.csv:1" in said("run", *places)
    assert not (tmp_path / "data").exists()


def test_the_readme_names_every_file_and_its_examples_are_right(config: Path) -> None:
    text = (config / "README.md").read_text(encoding="utf-8")
    for path in (path.relative_to(config) for path in config.rglob("*") if path.is_file() and path.name != "README.md"):
        assert f"`{path}`" in text, path
    thresholds, lifted, neighbours, contract = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    written(config, "seeds/policy/threshold.csv", thresholds)
    written(config, "seeds/policy/protection_lifted.csv", lifted)
    written(config, "seeds/policy/disclosure_neighbour.csv", neighbours)
    written(config, "contracts/kaigo.yml", contract)
    assert told(config) == set()
    assert load_contracts(of(config).contract_dirs)["kaigo"].layout.trailer is None


def test_the_repositorys_own_configuration_of_the_service_stack_is_right() -> None:
    assert configuration_problems(of(PROJECT_ROOT / "docker" / "config")) == []

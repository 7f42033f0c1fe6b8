"""Building the months that changed gives the same tables as building every month anew."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kasane.pipeline.month_needs import need_digests
from support.warehouse import (
    BUILD_ANEW,
    DBT_PROJECT,
    WITHOUT_TESTS,
    Row,
    SmallDelivery,
    SmallWarehouse,
    run_dbt,
    write_sources,
)

APRIL, MAY, JUNE = date(2025, 4, 30), date(2025, 5, 31), date(2025, 6, 30)
SCHEMAS = ("intermediate", "restricted", "marts", "quality")


def _person(number: str, household: str, **fields: str) -> Row:
    usual = {"resident_status": "1", "birth_date": "1950-01-01", "kana_name": "A B", "town_code": "1", "sex": "1"}
    return usual | {"resident_no": number, "register_household_no": household, "address_key": "x"} | fields


def _care(number: str) -> Row:
    return {"insured_no": number, "resident_no": number, "care_level": "21", "valid_from": "2020-01-01"}


BEFORE = SmallWarehouse(
    months=[APRIL, MAY],
    deliveries=[
        SmallDelivery("chiku", date(2025, 4, 1), [{"town_code": "1", "area_code": "E01", "area_name": "第1地区"}]),
        SmallDelivery("jumin", APRIL, [_person("01", "11"), _person("02", "12")]),
        SmallDelivery("jumin", MAY, [_person("01", "11"), _person("02", "12", address_key="y")]),
        SmallDelivery("kaigo", APRIL, [_care("01")]),
        SmallDelivery("kaigo", MAY, [_care("01"), _care("02")]),
    ],
)
# A month more, a late correction of May, April no longer in the warehouse, and a measure that hides older months.
AFTER = replace(
    BEFORE,
    months=[MAY, JUNE],
    deliveries=[
        BEFORE.deliveries[0],
        SmallDelivery("jumin", MAY, [_person("01", "11"), _person("02", "12", kana_name="C D")]),
        SmallDelivery("jumin", JUNE, [_person("01", "11", protection_measure="1"), _person("03", "13")]),
        SmallDelivery("kaigo", MAY, [_care("01")]),
    ],
)


def _tables(build_file: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(build_file), read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables where list_contains(?, table_schema)",
            [list(SCHEMAS)],
        ).fetchall()
        return {f"{s}.{t}": connection.execute(f"select * from {s}.{t} order by all").fetchall() for s, t in names}


def _query(build_file: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(build_file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def _build(folder: Path, *states: SmallWarehouse, project: Path = DBT_PROJECT, only: Sequence[str] = ()) -> Path:
    folder.mkdir(exist_ok=True)
    build_file = folder / "kasane.duckdb"
    for number, state in enumerate(states):
        write_sources(build_file, state)
        command: Sequence[str] = ["build"] if number else BUILD_ANEW
        assert run_dbt(build_file, [*command, *WITHOUT_TESTS, *only], project) == []
    return build_file


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse before, and then after."""
    return _build(tmp_path_factory.mktemp("grown"), BEFORE, AFTER)


def test_month_by_month_equals_all_at_once(grown: Path, tmp_path: Path) -> None:
    assert _tables(grown) == _tables(_build(tmp_path / "anew", AFTER))


def test_a_month_that_needs_no_build_is_left_alone(grown: Path, tmp_path: Path) -> None:
    folder = tmp_path / "left"
    folder.mkdir()
    build_file = Path(shutil.copy(grown, folder / "kasane.duckdb"))
    changed = replace(AFTER, needs_build=[JUNE], deliveries=[*AFTER.deliveries[:3]])
    write_sources(build_file, changed)
    assert run_dbt(build_file, ["build", *WITHOUT_TESTS]) == []
    in_need = "select month_end_date, in_need_count from marts.mart_overlap_summary where area_code = 'ALL' order by 1"
    assert _query(build_file, in_need) == [(MAY, 1), (JUNE, 0)]


# Ids and what carries them, not all that is counted.
OF_HOUSEHOLDS = ("--select", "+fct_household_month")


def _households(*states: SmallWarehouse, folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """The tables of households but the months themselves, which say what was to be built."""
    tables = _tables(_build(folder, *states, only=OF_HOUSEHOLDS))
    return {name: rows for name, rows in tables.items() if name != "intermediate.int_month__spined"}


def _ids(months: Sequence[date], *registers: Sequence[Row]) -> SmallWarehouse:
    told = [SmallDelivery("jumin", month, register) for month, register in zip(months, registers, strict=True)]
    return SmallWarehouse(months, [BEFORE.deliveries[0], *told])


def test_household_ids_follow_a_month_that_changed(tmp_path: Path) -> None:
    # In April 02 lives with 03 under 13; corrected, 02 lives alone under 14, and the ids of May and June follow.
    march = [_person("01", "11"), _person("02", "12", address_key="y"), _person("03", "13", address_key="z")]
    together = [_person("01", "11"), _person("02", "13", address_key="z"), _person("03", "13", address_key="z")]
    alone = [_person("01", "11"), _person("02", "14", address_key="y"), _person("03", "13", address_key="z")]
    may = [_person("01", "21"), _person("02", "14", address_key="y"), _person("03", "13", address_key="z")]
    months = [date(2025, 3, 31), APRIL, MAY, JUNE]
    before, after = _ids(months, march, together, may, may), _ids(months, march, alone, may, may)
    grown = _households(before, replace(after, needs_build=[APRIL]), folder=tmp_path / "grown")
    assert grown == _households(after, folder=tmp_path / "anew")
    assert {row[1] for row in grown["marts.fct_household_month"] if row[0] == JUNE} == {"h11", "h12", "h13"}


def test_household_ids_follow_when_the_first_month_is_gone(tmp_path: Path) -> None:
    april, may = [_person("01", "11")], [_person("01", "21")]
    later = _ids([MAY, JUNE], may, may)
    before = _ids([APRIL, MAY, JUNE], april, may, may)
    grown = _households(before, replace(later, needs_build=[]), folder=tmp_path / "grown")
    assert grown == _households(later, folder=tmp_path / "anew")


def _houkatsu(day: date, key: str, who: str, received: str) -> SmallDelivery:
    told = {"centre": "C", "consultation_no": key, "person": who, "received_on": received}
    return SmallDelivery("houkatsu", day, [told])


def test_the_months_that_a_centres_later_word_touches_are_enough(tmp_path: Path) -> None:
    before = replace(BEFORE, deliveries=[*BEFORE.deliveries, _houkatsu(APRIL, "1", "02", "2024-11-15")])
    # The days up to the end of April held the first day told; only those up to the end of May hold the corrected one.
    after = replace(before, deliveries=[*before.deliveries, _houkatsu(MAY, "1", "02", "2025-05-01")])
    days = 183
    told = []
    for number, state in enumerate((before, after)):
        write_sources(tmp_path / f"{number}.duckdb", state)
        with duckdb.connect(str(tmp_path / f"{number}.duckdb")) as connection:
            told.append(set(need_digests(connection, state.months, days)))
    touched = sorted({month for month, _ in told[0] ^ told[1]})
    assert touched == [APRIL, MAY]
    grown = _build(tmp_path / "grown", before, replace(after, needs_build=touched))
    assert _tables(grown) == _tables(_build(tmp_path / "anew", after))


def test_persons_are_told_by_their_last_file(grown: Path) -> None:
    persons = "select person_id, birth_year, is_resident, area_code from marts.dim_person order by 1"
    assert _query(grown, persons) == [
        ("p01", 1950, True, None),
        ("p02", 1950, False, None),
        ("p03", 1950, True, None),
    ]


def test_a_measure_ends_only_by_a_recorded_decision(tmp_path: Path) -> None:
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    seed = project / "seeds" / "policy" / "protection_lifted.csv"
    seed.write_text(seed.read_text(encoding="utf-8") + "01,2025-06-30,課長,申出の取下げ\n", encoding="utf-8")
    build_file = _build(tmp_path / "lifted", AFTER, project=project)
    assert _query(build_file, "select distinct area_code from marts.fct_household_month") == [("E01",)]

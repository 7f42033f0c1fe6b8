"""The facts of case work: which version of a record counts, whose it is, and what stays restricted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kasane.contracts import load_contracts
from kasane.sql import identifier, literal, relation
from support.warehouse import (
    BUILD_ANEW,
    ROOT,
    WITHOUT_TESTS,
    Row,
    SmallDelivery,
    SmallWarehouse,
    run_dbt,
    write_sources,
)

APRIL, MAY = date(2025, 4, 30), date(2025, 5, 31)
HOUSEHOLDS = ("01", "11"), ("02", "12"), ("03", "12"), ("04", "14")


def _person(number: str, household: str) -> Row:
    return {
        "resident_no": number,
        "register_household_no": household,
        "birth_date": "1950-01-01",
        "kana_name": f"{household} A",
        "address_key": household,
        "town_code": "1",
        "sex": "1",
        "resident_status": "1",
        # 03 is protected: who lives there, 02 too, has no area.
        "protection_measure": "1" if number == "03" else None,
    }


def _consultation(key: str, **fields: Any) -> Row:
    usual = {"resident_no": "01", "received_on": "2025-05-10", "updated_at": "2025-05-10 09:00:00"}
    usual["desk_code"] = "K1"
    return usual | {"consultation_id": key} | fields


def _action(key: str, kind: str, day: str, of: str) -> Row:
    done = {"action_kind": kind, "acted_on": day, "updated_at": f"{day} 09:00:00", "agency_code": "K2"}
    return {"action_id": key, "consultation_id": of} | done


def _plan(key: str, of: str, **fields: Any) -> Row:
    return {"plan_id": key, "consultation_id": of, "updated_at": "2025-05-20 09:00:00"} | fields


REGISTER = [_person(*each) for each in HOUSEHOLDS]
CONSULTATIONS = [
    _consultation("new", topics="12;01"),
    _consultation("moved", resident_no="02", topics="03;04", updated_at="2025-05-12 09:00:00"),
    _consultation("gone", resident_no="04"),
    _consultation("late", resident_no="04", received_on="2025-04-02", topics="12"),
    _consultation("stranger", resident_no=None, birth_date="1999-02-03", sex="2"),
]
# The second pull brings an older version of one record, a newer of another; the list of keys lacks one.
AGAIN = [
    _consultation("moved", resident_no="01", topics="12;03", updated_at="2025-05-11 09:00:00"),
    _consultation("new", topics="12", theme="8050", updated_at="2025-05-13 09:00:00"),
]
ACTIONS = [
    _action("a1", "1", "2025-05-10", "new"),
    _action("a2", "outreach", "2025-05-09", "new"),
    _action("a3", "3", "2025-05-16", "new"),
    _action("a4", "outreach", "2025-05-10", "moved"),
]
PLANS = [
    _plan("p1", "new", started_on="2025-05-15", decided_on="2025-05-14", meeting_id="m2", agency_codes="K1;K2"),
    _plan("p2", "late", started_on="2025-04-01", decided_on="2025-05-14", meeting_id="m1"),
]
CONFERENCES = [
    {"conference_id": "m1", "conference_kind": "支援会議", "held_on": "2025-05-14", "case_count": 1},
    {"conference_id": "m2", "conference_kind": "重層的支援会議", "held_on": "2025-05-14", "case_count": 2},
]
KEYS = [
    {"table_name": table, "source_key": key}
    for table, keys in (
        ("consultation", ["new", "moved", "late", "stranger"]),
        ("support_action", ["a1", "a2", "a3", "a4"]),
        ("plan", ["p1", "p2"]),
    )
    for key in keys
]
TOWNS = [{"town_code": "1", "area_code": "E01", "area_name": "第1地区"}]
CARE = [{"insured_no": "1", "resident_no": "04", "care_level": "21", "valid_from": "2020-01-01"}]
HANDBOOK = [{"resident_no": "04", "handbook_kind": "1", "issued_on": "2020-01-01"}]
ACTIVITIES = [
    {"activity_id": str(number), "consultation_id": of, "area_code": "E01", "agency_code": "K3"}
    for number, of in enumerate(("new", "moved", None))
]
ATTENDANCES = [
    {"attendance_id": str(number), "attendee_kind": kind, "attendee_id": who, "held_on": "2025-05-01"}
    for number, (kind, who) in enumerate((("支援者", "S1"), ("住民", "01"), ("住民", "99")))
]
# People whom the register does not know.
CASE_FILES = {
    "youtai": {"case_no": "1", "case_kind": "要保護児童", "birth_date": "2015-01-01"},
    "houkatsu": {"centre": "C", "consultation_no": "1", "birth_date": "1938", "sex": "1"},
    "konkyu": {"support_no": "1", "birth_date": "1988-08-08", "sex": "2"},
}
# Stands in every text that a person could be told by; areas and keys are codes.
FREE_TEXT = "ひみつの文"
CONTRACTS = load_contracts([ROOT / "expectations" / "contracts"])


def _told_freely(delivery: SmallDelivery) -> SmallDelivery:
    texts = [
        each.name
        for each in CONTRACTS[delivery.table].fields
        if each.type in ("text", "name", "kana")
        and each.secrecy not in ("open", "identifier")
        and not each.required
        and each.name != "area_code"
    ]
    return replace(delivery, rows=[dict.fromkeys(texts, FREE_TEXT) | dict(row) for row in delivery.rows])


WAREHOUSE = SmallWarehouse(
    [APRIL, MAY],
    [
        SmallDelivery("chiku", date(2025, 4, 1), TOWNS),
        SmallDelivery("jumin", APRIL, REGISTER),
        SmallDelivery("jumin", MAY, REGISTER),
        SmallDelivery("kaigo", APRIL, CARE),
        SmallDelivery("shogai", APRIL, HANDBOOK),
        SmallDelivery("soudan_consultation", MAY, CONSULTATIONS, 1),
        SmallDelivery("soudan_support_action", MAY, ACTIONS, 2),
        SmallDelivery("soudan_plan", MAY, PLANS, 3),
        SmallDelivery("soudan_consultation", MAY, AGAIN, 4),
        SmallDelivery("soudan_key", MAY, KEYS, 5),
        SmallDelivery("soudan_consultation", MAY, [_consultation("after", resident_no="04")], 6),
        SmallDelivery("kaigi", MAY, CONFERENCES),
        SmallDelivery("sanka", MAY, ACTIVITIES),
        SmallDelivery("kenshu", MAY, ATTENDANCES),
        *(SmallDelivery(feed, MAY, [record]) for feed, record in CASE_FILES.items()),
    ],
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    build_file = tmp_path_factory.mktemp("core") / "kasane.duckdb"
    told = replace(WAREHOUSE, deliveries=[_told_freely(each) for each in WAREHOUSE.deliveries])
    write_sources(build_file, told)
    assert run_dbt(build_file, [*BUILD_ANEW, *WITHOUT_TESTS]) == []
    return build_file


def _rows(build_file: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(build_file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def _cases(build_file: Path, columns: str) -> dict[str, tuple[Any, ...]]:
    sql = f"select replace(case_id, 'c-soudan-', ''), {columns} from core.fct_consultation"
    return {case: tuple(rest) for case, *rest in _rows(build_file, sql)}


def test_a_record_that_a_later_key_list_lacks_is_deleted_and_one_pulled_after_it_is_not(built: Path) -> None:
    assert set(_cases(built, "1")) == {"new", "moved", "late", "stranger", "after"}


def test_of_a_pulled_record_the_version_last_updated_counts_not_the_one_last_pulled(built: Path) -> None:
    told = _cases(built, "topics, theme")
    assert told["new"] == ("12", "8050")
    assert told["moved"] == ("03;04", None)


def test_topics_of_two_domains_or_a_compound_household_make_a_compound_issue(built: Path) -> None:
    told = _cases(built, "topic_domain_count, is_compound_household, is_compound_issue, intake_month_end_date")
    assert told["new"] == (1, False, False, APRIL)
    assert told["moved"] == (1, False, False, APRIL)
    # Data begin in April: the household at the end of April, for who came before.
    assert told["late"] == (1, True, True, APRIL)
    assert told["after"] == (0, True, True, APRIL)
    assert told["stranger"] == (0, False, False, APRIL)


def test_a_household_with_a_protected_person_has_no_area_in_any_fact(built: Path) -> None:
    assert _cases(built, "area_code")["moved"] == (None,)
    assert _cases(built, "area_code")["late"] == ("E01",)
    actions = "select action_kind, area_code from core.fct_support_action order by case_id, acted_on"
    assert _rows(built, actions)[0] == ("outreach", None)
    areas = _rows(built, "select case_id, area_code from core.fct_participation order by case_id")
    assert areas == [("c-soudan-moved", None), ("c-soudan-new", "E01"), (None, "E01")]


def test_first_support_is_the_first_deed_on_or_after_intake_calls_apart(built: Path) -> None:
    told = _cases(built, "first_support_on, first_support_kind")
    assert told["new"] == (date(2025, 5, 15), "plan")
    assert told["moved"] == (date(2025, 5, 10), "outreach")
    assert told["late"] == (None, None)


def test_no_desk_and_no_agency_leads_to_where_a_protected_person_lives(built: Path) -> None:
    desks = {case: desk for case, (desk,) in _cases(built, "desk_code").items()}
    # 02 lives with the protected 03.
    assert desks == {"new": "K1", "late": "K1", "stranger": "K1", "after": "K1", "moved": None}
    for table, code in (("fct_support_action", "K2"), ("fct_participation", "K3")):
        told = dict(_rows(built, f"select case_id, agency_code from core.{table} where case_id is not null"))
        assert told == {"c-soudan-new": code, "c-soudan-moved": None}
    journeys = f"select desk_code, consultation_count from marts.mart_desk_journey where month_end_date = '{MAY}'"
    assert sorted(_rows(built, journeys), key=str) == [("K1", 4), (None, 1)]


def test_a_support_conference_shows_in_the_restricted_zone_alone(built: Path) -> None:
    assert _rows(built, "select conference_kind, case_count from core.fct_conference") == [("重層的支援会議", 2)]
    assert len(_rows(built, "select * from restricted.fct_conference")) == 2
    plans = "select case_id, agency_count, has_conference from core.fct_plan order by case_id desc"
    assert _rows(built, plans) == [("c-soudan-new", 2, True), ("c-soudan-late", 0, False)]


def test_everybody_attends_under_a_pseudonym(built: Path) -> None:
    keys = _rows(built, "select attendee_kind, attendee_key from core.fct_attendance order by all nulls last")
    assert keys == [("住民", "p01"), ("住民", None), ("支援者", "s-S1")]


def test_people_of_every_feed_but_youtai_are_listed(built: Path) -> None:
    persons = "select person_id, birth_year, sex from marts.dim_person where not is_registered order by 1"
    assert _rows(built, persons) == [
        ("p-houkatsu-subject-C|1", 1938, "1"),
        ("p-konkyu-subject-1", 1988, "2"),
        ("p-soudan-subject-stranger", 1999, "2"),
    ]


def test_no_free_text_is_in_any_column_outside_the_restricted_zone(built: Path) -> None:
    assert _holding_free_text(built, "core", "marts", "quality") == []
    # The search itself finds what is there.
    assert "jumin.building" in _holding_free_text(built, "lake")


def _holding_free_text(build_file: Path, *schemas: str) -> list[str]:
    with duckdb.connect(str(build_file), read_only=True) as connection:
        columns = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
            f" where table_schema in ({', '.join(map(literal, schemas))})"
        ).fetchall()
        holds = "select count(*) from {} where contains({}::varchar, ?)"
        return [
            f"{table}.{column}"
            for schema, table, column in columns
            if connection.execute(holds.format(relation(schema, table), identifier(column)), [FREE_TEXT]).fetchall()
            != [(0,)]
        ]

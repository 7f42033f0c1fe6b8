"""Case work of the synthetic ward: the layouts of four feeds, what may follow what, and whose records they are."""

from __future__ import annotations

import io
import re
import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from case_reading import konkyu_rows, plain_kana, register, sheet_rows, whole_day
from python_calamine import CalamineWorkbook
from ward_reading import ask, delivered, in_force

from kasane.ward import cases as c
from kasane.ward import generate
from kasane.ward.cases_office import CaseOffice
from kasane.ward.cases_people import Troubles
from kasane.ward.days import NONE, day_of, months_from
from kasane.ward.people import DEAD, MOVED_OUT
from kasane.ward.world import World
from kasane.ward.write_jtext import jtext, jtext_month, jtext_year

RESIDENTS, MONTHS, SEED = 6_000, 9, 21
LAST = "2024-06-30"
FEEDS = ("soudan", "konkyu", "houkatsu", "youtai")
# what source_layouts.md says of the database
TABLES = {
    "consultation": "consultation_id received_at desk_code route atena_no name name_kana birth_date sex postal_code "
    "address phone consent topics issues theme scheme_fit desks_visited emergency_at updated_at",
    "support_action": "action_id consultation_id acted_on kind agency_code updated_at",
    "plan": "plan_id consultation_id decided_on meeting_id agency_codes started_on reviewed_on closed_on "
    "closing_reason updated_at",
    "assessment": "assessment_id consultation_id assessed_on isolation_score updated_at",
}


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ward")
    generate(out, RESIDENTS, MONTHS, SEED)
    return out


@pytest.fixture(scope="module")
def database(ward: Path) -> sqlite3.Connection:
    return sqlite3.connect(ward / "extracts" / "soudan" / "soudan.sqlite")


def _cells(out: Path, feed: str, name: str) -> list[list[str]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(delivered(out, feed, name)))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]


def test_even_the_smallest_ward_has_cases_of_every_feed(tmp_path: Path) -> None:
    generate(tmp_path, 300, 6, 2, dirt=False)
    counted = dict(ask(tmp_path, "select feed, count(*) from person_link group by 1"))
    assert all(counted[feed] >= 5 for feed in ("soudan", "konkyu", "houkatsu"))
    assert counted["youtai"] >= 2
    assert ask(tmp_path, "select count(*) from person_link where errors <> ''") == [(0,)]


def test_the_database_has_the_four_tables_of_the_layout(database: sqlite3.Connection) -> None:
    for table, columns in TABLES.items():
        found = database.execute(f"select name, type, pk from pragma_table_info('{table}')").fetchall()
        assert [name for name, _, _ in found] == columns.split()
        numbers = {name for name, kind, _ in found if kind.lower() == "integer"}
        assert numbers == {"desks_visited", "isolation_score"} & set(columns.split())
        assert [name for name, _, key in found if key] == [columns.split()[0]]
        assert database.execute(f"select count(*) > 20 from {table}").fetchone() == (1,)


def test_nothing_in_the_database_has_yet_to_happen(database: sqlite3.Connection) -> None:
    for table in TABLES:
        assert database.execute(f"select count(*) from {table} where updated_at > '{LAST}T24'").fetchone() == (0,)
    open_plans = "select count(*) from plan where closed_on is null and closing_reason is not null"
    assert database.execute(open_plans).fetchone() == (0,)
    before = """select count(*) from plan join consultation using (consultation_id)
        where decided_on < substr(received_at, 1, 10) or started_on < decided_on or closed_on < started_on"""
    assert database.execute(before).fetchone() == (0,)
    stray = (
        "select count(*) from support_action where consultation_id not in (select consultation_id from consultation)"
    )
    assert database.execute(stray).fetchone() == (0,)


def test_a_row_is_as_old_as_the_last_thing_it_tells(database: sqlite3.Connection) -> None:
    told = """select count(*) from plan where substr(updated_at, 1, 10)
        <> max(decided_on, coalesce(started_on, ''), coalesce(reviewed_on, ''), coalesce(closed_on, ''))"""
    assert database.execute(told).fetchone() == (0,)


def test_work_ends_when_people_move_away_or_die() -> None:
    world = World.founded(8_000, 4, day_of("2024-03-31"), dirt=False)
    fields = ("総合", "高齢", "障害", "子ども", "困窮", "高齢")
    agencies = [[f"K{i:02d}", "", kind, "E01", "1", "2010-01-01", "", "", ""] for i, kind in enumerate(fields)]
    office, book = CaseOffice.of(world, agencies, 1, False), world.cases
    april, may = months_from(date(2024, 4, 1), 2)
    office.found(april.first - 1)
    for month in [april] * 8:
        office.live(month)
    gone = np.unique(book.consultations["person"][book.consultations["person"] >= 0])[::2]
    world.ward.people["state"][gone] = np.where(np.arange(len(gone)) % 2, DEAD, MOVED_OUT)
    world.ward.people["moved"][gone] = may.first
    office.live(may)
    left = np.isin(book.consultations["person"], gone) & (book.consultations["left"] != NONE)
    assert left.sum() >= len(gone)
    plans = left[book.plans["consultation"]] & (book.plans["decided"] != NONE)
    assert (book.plans["decided"][plans] <= may.first).all()
    assert (book.plans["closed"][plans] <= may.first).all()
    assert {4, 5} <= set(book.plans["reason"][plans].tolist())
    assert (book.actions["acted"][left[book.actions["consultation"]]] <= may.first).all()
    assert (book.actions["acted"][~left[book.actions["consultation"]]] > may.first).any()
    assert not np.isin(book.consultations["person"][book.consultations["received"] > may.first], gone).any()


def test_birth_dates_and_numbers_are_often_missing(database: sqlite3.Connection) -> None:
    [(birth, number)] = database.execute("select avg(birth_date is null), avg(atena_no is null) from consultation")
    assert 0.05 < birth < 0.25
    assert 0.4 < number < 0.7
    consents = {code for (code,) in database.execute("select distinct consent from consultation")}
    assert consents <= {"1", "2", "3", "8", "9"}
    assert {"1", "2"} <= consents


def test_a_centres_book_has_a_heading_of_two_rows_a_total_and_notes(ward: Path) -> None:
    centres = set()
    for _, name in in_force(ward, "houkatsu"):
        centre = re.fullmatch(r"HOUKATSU_(K\d+)_\d{8}_\d\d\.(xlsx|zip)", name)
        assert centre is not None
        centres.add(centre[1])
        rows = _cells(ward, "houkatsu", name)
        assert centre[1] in rows[1][0]
        assert rows[2][:3] == ["番号", "受付日", "相談対象者"]
        assert rows[3][2:8] == ["氏名", "フリガナ", "生年月日", "性別", "住所", "電話番号"]
        assert rows[2][8:] == ["相談者", "相談内容", "要介護度", "対応"]
        total = next(place for place, row in enumerate(rows) if row[0] == "合計")
        assert rows[total][2] == f"{total - 4}件"
        assert all(row[0].startswith("※") for row in rows[total + 1 :])
    kikan = (ward / "extracts" / "kikan" / in_force(ward, "kikan")[0][1]).read_text()
    assert centres <= {line.split(",")[0] for line in kikan.splitlines() if line.split(",")[2] == "高齢"}


def test_consultations_of_a_centre_are_of_the_files_month_but_for_those_that_come_again(ward: Path) -> None:
    again: Counter[tuple[str, str]] = Counter()
    for base, name in in_force(ward, "houkatsu"):
        for row in sheet_rows(ward, "houkatsu", name, 4):
            day = whole_day(row["受付日"])
            assert day is not None
            assert (day.year, day.month) == (base.year, base.month) or "追記" in row["対応"]
            assert re.fullmatch(r"\d{1,2}(,\d{1,2})*|[①-⑯]+", row["相談内容"])
            again[name.split("_")[1], row["番号"]] += 1
    assert set(again.values()) == {1, 2}


def test_youtai_has_its_heading_in_row_three(ward: Path) -> None:
    rows = _cells(ward, "youtai", in_force(ward, "youtai")[-1][1])
    headings = "管理番号 児童氏名 フリガナ 生年月日 学校名 住所 区分 虐待種別 ヤングケアラー ケア内容 受理日 終結日"
    assert " ".join(rows[2]) == headings
    cases = [dict(zip(rows[2], row, strict=True)) for row in rows[3:]]
    assert {case["区分"] for case in cases} >= {"要支援児童", "要保護児童", "特定妊婦"}
    assert any(case["ヤングケアラー"] == "○" and re.fullmatch("[①-⑨]+", case["ケア内容"]) for case in cases)
    assert all(bool(case["ケア内容"]) == (case["ヤングケアラー"] == "○") for case in cases)


def test_a_konkyu_file_knows_nothing_of_later_days(ward: Path) -> None:
    for base, name in in_force(ward, "konkyu"):
        for row in konkyu_rows(ward, name):
            for heading in ("相談受付日", "プラン作成日", "評価日", "終結日"):
                assert row[heading] <= str(base)
            assert bool(row["評価日"]) == bool(row["評価結果"])


def test_counts_of_the_files_are_what_the_key_says(ward: Path) -> None:
    loaded = dict(ask(ward, "select file_name, rows_loaded + rows_superseded from file_outcome"))
    for _, name in in_force(ward, "houkatsu"):
        assert len(sheet_rows(ward, "houkatsu", name, 4)) == loaded[name], name
    for _, name in in_force(ward, "youtai"):
        assert len(sheet_rows(ward, "youtai", name, 3)) == loaded[name], name
    for _, name in in_force(ward, "konkyu"):
        assert len(konkyu_rows(ward, name)) == loaded[name], name


def test_records_name_their_people_as_the_register_does_unless_the_key_says_what_went_wrong(
    ward: Path, database: sqlite3.Connection
) -> None:
    written = dict(database.execute("select consultation_id, name_kana from consultation").fetchall())
    links = ask(ward, "select record_key, register_no, errors from person_link where feed = 'soudan'")
    assert {key for key, _, _ in links} == set(written)
    of_name = ("ktypo", "gtypo", "dak", "maiden")
    right = Counter()
    for key, number, errors in links:
        if number is None:
            continue
        same = plain_kana(written[key]) == register(ward)[number][0]
        if any(error in errors for error in of_name):
            assert not same or "maiden" in errors
        right[same] += not any(error in errors for error in of_name)
    # a few married since
    assert right[False] <= 0.03 * right[True]


def test_a_record_with_a_number_has_one_mistake_at_most(ward: Path) -> None:
    """Two of name, birth date and sex would speak against its number, and the number is right."""
    numbered = ask(ward, f"select errors from person_link where has_number and feed in {FEEDS}")
    assert len(numbered) > 20
    of_person = {"ktypo", "gtypo", "dak", "byear", "bswap"}
    assert all(len(of_person & set(errors.split(";"))) <= 1 for (errors,) in numbered)


def test_some_records_are_of_people_from_elsewhere(ward: Path) -> None:
    elsewhere = f"""select count(*), count(p.true_person), count(p.register_no) from person_link l
        left join person p using (true_person) where l.feed in {FEEDS} and l.register_no is null"""
    [(records, known, numbered)] = ask(ward, elsewhere)
    assert records == known > 0
    assert numbered == 0


def test_written_names_and_telephones_are_listed_as_hidden(ward: Path, database: sqlite3.Connection) -> None:
    hidden = {text for (text,) in ask(ward, "select text from protected where kind = 'case'")}
    for name, phone in database.execute("select name, phone from consultation where length(name) > 4"):
        assert name in hidden
        assert phone is None or phone in hidden


def test_themes_are_given_to_people_whose_household_fits() -> None:
    world = World.founded(5_000, 4, day_of("2024-03-31"), dirt=False)
    troubles = Troubles.of(world, day_of("2024-03-31"))
    people, age = world.ward.people, troubles.age
    for who in np.flatnonzero(troubles.fits[c.PARENT_AND_CHILD])[:50]:
        ages = age[(people["address"] == people["address"][who]) & world.ward.residents()]
        assert (ages >= 75).any()
        assert ((ages >= 40) & (ages < 65)).any()
        assert not ((ages >= 18) & (ages < 40)).any()
    for who in np.flatnonzero(troubles.fits[c.ISOLATION])[:50]:
        assert age[who] >= 65
        assert ((people["household"] == people["household"][who]) & world.ward.residents()).sum() == 1


def test_days_are_written_in_all_the_usual_ways() -> None:
    rng = np.random.default_rng(1)
    day = day_of("2025-04-01")
    spellings = {jtext(day, rng) for _ in range(200)}
    assert spellings == {"令和7年4月1日", "R7.4.1", "R7.04.01", "R7/4/1", "令和７年４月１日"}
    assert {whole_day(text) for text in spellings} == {date(2025, 4, 1)}
    assert jtext_year(day_of("1945-08-02")) == "昭和20年 月日不詳"
    assert {jtext_month(day_of("1947-10-09"), rng) for _ in range(20)} == {"昭和22年10月", "昭和22年10月 日不詳"}
    assert whole_day(jtext(day_of("1989-01-08"), np.random.default_rng(1))) == date(1989, 1, 8)


def test_multi_choice_values_are_bits_by_code() -> None:
    assert c.codes(c.bits(1, 3, 12)) == ["01", "03", "12"]
    assert c.has_code(np.array([c.bits(3), c.bits(4)]), 3).tolist() == [True, False]

"""Lists of persons say why they are there, go to whom may have them, and are known until they are gone."""

import csv
import io
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from kasane.contracts.list_policy import load_list_bases, load_list_recipients
from kasane.errors import ContractError, KasaneError
from kasane.pipeline.list_log import list_log
from kasane.pipeline.list_order import ListOrder
from kasane.pipeline.list_recall import overdue_lists, recall_lists
from kasane.pipeline.person_list import write_shared, write_unmarked
from kasane.settings import Settings
from support.list_ward import CONSENTING, FORMULA, TODAY, make_ward, put_release

SOON = TODAY + timedelta(days=14)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_ward(tmp_path)


@pytest.fixture
def order(tmp_path: Path) -> ListOrder:
    return ListOrder("四月の訪問", "internal_use", "fukushi", SOON, tmp_path / "list.csv")


@pytest.fixture
def to_agency(order: ListOrder) -> ListOrder:
    return replace(order, basis="consent", recipient="K01")


def lines(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def problems(write: Callable[[], object]) -> str:
    with pytest.raises(KasaneError) as raised:
        write()
    return str(raised.value)


def test_a_list_says_what_it_is_for_and_names_no_protected_address(settings: Settings, order: ListOrder) -> None:
    written = write_unmarked(settings, order, "2025-03", TODAY)
    told = lines(order.out)
    facts = dict(row for row in told if len(row) == 2)
    assert facts["利用目的"] == "四月の訪問"
    assert "第69条第2項第2号" in facts["根拠"]
    assert facts["提供先"] == "福祉課"
    assert facts["廃棄期限"].startswith(f"{SOON}")
    assert facts["名簿の番号"] == written.list_id
    table = told[told.index([]) + 1 :]
    assert [row[0] for row in table[1:]] == ["1", "1", "2"]
    assert [row[1] for row in table[1:]] == ["山田 太郎", f"'{FORMULA}", "佐藤 桜"]
    assert [row[6] for row in table[1:]] == ["あさひ町1-1", "あさひ町1-1", "（表示しません）"]
    assert {row[7] for row in table[1:]} == {"高齢・子ども"}
    assert order.out.stat().st_mode & 0o077 == 0


def test_a_workbook_opens_with_what_the_list_is_and_runs_nothing(settings: Settings, order: ListOrder) -> None:
    out = order.out.with_suffix(".xlsx")
    write_unmarked(settings, replace(order, out=out), "2025-03-31", TODAY)
    book = CalamineWorkbook.from_path(str(out))
    assert ["利用目的", "四月の訪問"] in book.get_sheet_by_index(0).to_python()
    assert [row[1] for row in book.get_sheet_by_index(1).to_python()][1:] == ["山田 太郎", FORMULA, "佐藤 桜"]


def test_every_problem_is_told_at_once_and_nothing_is_written(settings: Settings, order: ListOrder) -> None:
    inside = settings.data.root / "list.txt"
    wrong = ListOrder(" ", "because", "nobody", TODAY - timedelta(days=1), inside)
    told = problems(lambda: write_unmarked(settings, wrong, "2025-03", TODAY))
    for part in ("no legal basis because", "no recipient nobody", "purpose", "expired", ".csv and .xlsx", "analysts"):
        assert part in told
    assert not inside.exists()
    assert not list_log(settings.data).exists()


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"recipient": "npo"}, "no contractor may receive"),
        ({"basis": "consent"}, "can't rest on consent"),
        ({"basis": "support_conference", "recipient": "shakyo"}, "no recorded membership"),
        ({"basis": "support_conference", "recipient": "npo", "expires": date(2025, 5, 1)}, "no recorded membership"),
        ({"expires": TODAY + timedelta(days=32)}, "31 days at most"),
        ({"purpose": "一行目\n二行目"}, "one line"),
    ],
)
def test_a_list_goes_only_to_whom_the_basis_allows_and_no_longer(
    settings: Settings, order: ListOrder, changes: dict[str, object], part: str
) -> None:
    assert part in problems(lambda: write_unmarked(settings, replace(order, **changes), "2025-03", TODAY))  # type: ignore[arg-type]
    assert not order.out.exists()


def test_a_contractor_receives_a_list_within_its_recorded_membership(settings: Settings, order: ListOrder) -> None:
    member = replace(order, basis="support_conference", recipient="npo", expires=date(2025, 4, 30))
    assert write_unmarked(settings, member, "2025-03", TODAY).persons == 3


def test_a_list_is_never_written_over_nor_to_where_analysts_read(settings: Settings, order: ListOrder) -> None:
    write_unmarked(settings, order, "2025-03", TODAY)
    assert "a file of that name" in problems(lambda: write_unmarked(settings, order, "2025-03", TODAY))
    beside = replace(order, out=settings.data.current / ".." / "list.csv")
    assert "data directory" in problems(lambda: write_unmarked(settings, beside, "2025-03", TODAY))
    other = replace(order, out=order.out.with_name("b.csv"))
    assert "no month 2024-01" in problems(lambda: write_unmarked(settings, other, "2024-01", TODAY))


def test_consent_covers_an_agency_that_is_there_and_nobody_else_is_listed(
    settings: Settings, to_agency: ListOrder
) -> None:
    assert write_shared(settings, to_agency, TODAY).persons == len(CONSENTING)
    assert lines(to_agency.out)[-2][4] == "'@SUM(1)"
    closed = replace(to_agency, recipient="K09", out=to_agency.out.with_name("b.csv"))
    assert "no open agency K09" in problems(lambda: write_shared(settings, closed, TODAY))


def test_a_list_is_taken_back_in_the_run_after_a_withdrawal(settings: Settings, to_agency: ListOrder) -> None:
    write_shared(settings, to_agency, TODAY)
    assert recall_lists(settings) == 0
    assert to_agency.out.exists()
    put_release(settings.data, "r2", CONSENTING[1:])
    assert recall_lists(settings) == 1
    assert not to_agency.out.exists()
    assert [(each.why, each.is_there) for each in overdue_lists(settings, TODAY)] == [("consent", False)]
    assert recall_lists(settings) == 0


def test_a_recalled_list_that_somebody_worked_on_is_named_and_left(
    settings: Settings, to_agency: ListOrder, caplog: pytest.LogCaptureFixture
) -> None:
    write_shared(settings, to_agency, TODAY)
    to_agency.out.write_text("メモ", encoding="utf-8")
    put_release(settings.data, "r2", CONSENTING[:1])
    with caplog.at_level(logging.WARNING):
        assert recall_lists(settings) == 1
    assert to_agency.out.exists()
    assert [each.is_there for each in overdue_lists(settings, TODAY)] == [True]
    assert "鈴木" not in caplog.text


def test_a_list_that_tells_the_address_of_a_person_protected_since_is_taken_back(
    settings: Settings, order: ListOrder
) -> None:
    write_unmarked(settings, order, "2025-03", TODAY)
    # p3 stood there without an address.
    put_release(settings.data, "r2", CONSENTING, withheld=["p3"])
    assert recall_lists(settings) == 0
    put_release(settings.data, "r3", CONSENTING, withheld=["p3", "p2"])
    assert recall_lists(settings) == 1
    assert not order.out.exists()
    assert [each.why for each in overdue_lists(settings, TODAY)] == ["protection"]


def test_a_list_is_overdue_from_the_day_after_its_last(settings: Settings, order: ListOrder) -> None:
    write_unmarked(settings, order, "2025-03", TODAY)
    assert overdue_lists(settings, SOON) == []
    (late,) = overdue_lists(settings, SOON + timedelta(days=1))
    assert (late.why, late.is_there, late.file) == ("expired", True, str(order.out.resolve()))


def test_the_log_knows_persons_by_pseudonym_and_the_file_by_its_hash(settings: Settings, order: ListOrder) -> None:
    write_unmarked(settings, order, "2025-03", TODAY)
    text = list_log(settings.data).read_text(encoding="utf-8")
    assert "山田" not in text
    entry = json.loads(text)
    assert entry["persons"] == ["p1", "p2", "p3"]
    assert (entry["what"], entry["basis"], entry["recipient"]) == ("unmarked", "internal_use", "fukushi")


@pytest.mark.parametrize("harm", ["changed", "taken out", "put in", "cut off", "removed"])
def test_a_log_that_somebody_changed_is_found_and_added_to_no_more(
    settings: Settings, order: ListOrder, harm: str
) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        write_unmarked(settings, replace(order, out=order.out.with_name(name)), "2025-03", TODAY)
    log = list_log(settings.data)
    told = log.read_text(encoding="utf-8").splitlines(keepends=True)
    harmed = {
        "changed": [told[0], told[1].replace("fukushi", "fukushj"), told[2]],
        "taken out": [told[0], told[2]],
        "put in": [told[0], told[0], *told[1:]],
        "cut off": told[:2],
        "removed": [],
    }[harm]
    log.write_text("".join(harmed), encoding="utf-8")
    assert "lists.jsonl" in problems(lambda: overdue_lists(settings, TODAY))
    last = replace(order, out=order.out.with_name("d.csv"))
    assert "lists.jsonl" in problems(lambda: write_unmarked(settings, last, "2025-03", TODAY))
    assert not last.out.exists()


def test_a_line_that_a_crash_tore_spoils_nothing(settings: Settings, order: ListOrder) -> None:
    write_unmarked(settings, order, "2025-03", TODAY)
    with list_log(settings.data).open("a", encoding="utf-8") as log:
        log.write('{"what": "unmar')
    write_unmarked(settings, replace(order, out=order.out.with_name("b.csv")), "2025-03", TODAY)
    assert len(overdue_lists(settings, SOON + timedelta(days=1))) == 2


def test_a_recipient_or_basis_that_is_wrong_is_named_by_its_line(settings: Settings, tmp_path: Path) -> None:
    policy = tmp_path / "config" / "seeds" / "policy"
    heading = "recipient,name,kind,member_from,member_to,reason\n"
    (policy / "list_recipient.csv").write_text(f"{heading}a,A,friend,,,\nb,B,office,soon,,\n", encoding="utf-8")
    with pytest.raises(ContractError) as raised:
        load_list_recipients(settings.seed_dirs)
    assert [(each.line, "friend" in each.what) for each in raised.value.problems] == [(2, True), (3, False)]
    assert all(basis.days_most > 0 and basis.law for basis in load_list_bases(settings.seed_dirs).values())

"""The answer key against the files in force, counted by plain loops: households, needs, overlap, area."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest
from case_reading import consulted_elders, person_of, protected_children, supported_poor
from ward_reading import ask, good_records, in_force

from kasane.ward import generate

Rows = list[list[str]]


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ward")
    generate(out, 1_500, 7, 11)
    return out


def _latest(out: Path, feed: str, month: date) -> Rows:
    return good_records(out, feed, [name for base, name in in_force(out, feed) if base <= month][-1])


def _era(day: date) -> str:
    return f"5{day.year - 2018:02d}{day:%m%d}"


def _holds(start: str, end: str, day: str) -> bool:
    return start not in ("", "0000000") and start <= day and (end in ("", "0000000") or end >= day)


def _needs(out: Path, month: date) -> dict[str, set[str]]:
    """Numbers with a need in each domain, by the files and whose the key says each record is; ages aside."""
    day, slash = _era(month), f"{month:%Y/%m/%d}"
    year = str(month.year - (month.month < 4))
    care = {r[2] for r in _latest(out, "kaigo", month) if r[6] not in ("01", "11") and _holds(r[8], r[9], day)}
    disabled = {
        number
        for number, kind, issued, returned, category, service, start, end in _latest(out, "shogai", month)
        if (kind and issued <= day and not (returned != "0000000" and returned <= day))
        or ((service or "21" <= category <= "26") and _holds(start, end, day))
    }
    child = {
        r[0]
        for r in _latest(out, "kodomo", month)
        if (r[1] in ("20", "21") and _holds(r[2], r[3], slash)) or (r[4] == "2" and r[5] == year)
    }
    poor = set()
    for r in _latest(out, "seiho", month):
        started, suspended, lifted, abolished = r[6:10]
        held = "0000000" < suspended <= day and not "0000000" < lifted <= day
        if started <= day and not "0000000" < abolished <= day and not held:
            poor.add(person_of(out, "seiho", r[0], r[1]))
    care |= consulted_elders(out, month)
    poor |= supported_poor(out, month)
    return {"elderly": care, "disability": disabled, "child": child, "poverty": poor - {""}}


def _place(row: list[str]) -> str:
    text = unicodedata.normalize("NFKC", f"{row[14]}/{row[16]}/{row[17]}").replace(" ", "")
    return re.sub(r"号室$", "", re.sub(r"(\d)(?:番地|-)(\d+)号?/", r"\1-\2/", text))


def _living(rows: Rows, in_care: set[str]) -> dict[str, frozenset[str]]:
    """Number → the people one lives with."""
    at: dict[str, Rows] = defaultdict(list)
    for row in rows:
        at[_place(row)].append(row)
    result: dict[str, frozenset[str]] = {}
    for people in at.values():
        alone = len(people) > 12 or sum(row[0] in in_care for row in people) >= 2
        groups: dict[str, set[str]] = defaultdict(set)
        for row in people:
            groups[row[1]] |= {"h" + row[1]} | (set() if alone else {row[3].split(" ")[0]})
        merged: list[set[str]] = []
        for marks in groups.values():
            joined = set(marks).union(*(m for m in merged if m & marks))
            merged = [m for m in merged if not m & marks] + [joined]
        for marks in merged:
            together = frozenset(row[0] for row in people if "h" + row[1] in marks)
            result.update(dict.fromkeys(together, together))
    return result


def test_households_needs_and_overlap_agree_with_the_files(ward: Path) -> None:
    for (month,) in ask(ward, "select distinct month_end from household_month order by 1"):
        rows = [row for row in _latest(ward, "jumin", month) if row[10] == "1"]
        in_care = {r[2] for r in _latest(ward, "kaigo", month) if r[12] == "1"}
        mine = set(_living(rows, in_care).values())
        theirs: dict[str, set[str]] = defaultdict(set)
        for key, number in ask(
            ward, f"select household_key, register_no from household_member where month_end = '{month}'"
        ):
            theirs[key].add(number)
        assert {frozenset(members) for members in theirs.values()} == mine
        needs = _needs(ward, month)
        grown = _grown(rows, month)
        with_youtai = {**needs, "child": (needs["child"] | protected_children(ward, month)) - grown}
        needs["child"] -= grown
        for variant, who_needs in (("public", needs), ("with_youtai", with_youtai)):
            counted = Counter("+".join(d for d, who in who_needs.items() if who & members) for members in mine)
            del counted[""]
            assert _exact(ward, month, variant) == dict(counted), (month, variant)


def _exact(ward: Path, month: date, variant: str) -> dict[str, int]:
    """The key's households by exact combination."""
    return dict(
        ask(
            ward,
            f"""select domains, household_count from overlap where month_end = '{month}'
                and area_code = 'ALL' and variant = '{variant}' and match = 'exact' and household_count > 0""",
        )
    )


def _grown(rows: Rows, month: date) -> set[str]:
    """Residents of 18 or more by the register's birth dates (era or western)."""
    base = {"1": 1867, "2": 1911, "3": 1925, "4": 1988, "5": 2018}
    result = set()
    for row in rows:
        text = row[6] if len(row[6]) == 8 else f"{base.get(row[6][0], 1900) + int(row[6][1:3]):04d}{row[6][3:]}"
        if text <= f"{month.year - 18}{month:%m%d}":
            result.add(row[0])
    return result

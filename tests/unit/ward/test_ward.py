"""The synthetic ward: repeatable, believable, in the real formats, and its answer key agrees with its files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from ward_reading import ask, delivered, good_records, in_force

from kasane.errors import KasaneError
from kasane.ward import WardSummary, generate

RESIDENTS, MONTHS, SEED = 4_000, 8, 5


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, WardSummary]:
    out = tmp_path_factory.mktemp("ward")
    return out, generate(out, RESIDENTS, MONTHS, SEED)


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate(tmp_path / name, 400, 4, seed)
    first, second, other = (_hashes(tmp_path / name) for name in "abc")
    assert first == second
    assert first != other


def test_without_dirt_every_file_is_good(tmp_path: Path) -> None:
    generate(tmp_path, 400, 4, 3, dirt=False)
    assert ask(tmp_path, "select count(*) from quarantine") == [(0,)]
    assert ask(tmp_path, "select count(*) from file_outcome where nasty <> '' or status not like 'accepted%'") == [(0,)]
    assert not any(b"\n" in n.encode() for (n,) in ask(tmp_path, "select text from protected where what = 'name'"))


def test_a_ward_too_small_or_a_used_folder_is_a_users_mistake(ward: tuple[Path, WardSummary]) -> None:
    with pytest.raises(KasaneError) as error:
        generate(ward[0], 5, 0, 1)
    assert len(error.value.problems) == 3


def test_ages_and_households_are_believable(ward: tuple[Path, WardSummary]) -> None:
    out, summary = ward
    assert abs(summary.residents - RESIDENTS) < RESIDENTS * 0.02
    [(old, child, women)] = ask(
        out,
        """select avg((birth_year <= 1959)::int), avg((birth_year >= 2009)::int), avg((sex = 2)::int)
           from person where is_resident""",
    )
    assert 0.18 < old < 0.28
    assert 0.09 < child < 0.18
    assert 0.48 < women < 0.56
    [(alone, size)] = ask(out, "select avg((member_count = 1)::int), avg(member_count) from household_month")
    assert 0.42 < alone < 0.56
    assert 1.7 < size < 2.2


def test_overlap_is_near_the_briefs_figures(ward: tuple[Path, WardSummary]) -> None:
    overlap = ward[1].overlap
    assert 0.28 < overlap["compound"] < 0.48
    assert 0.08 < overlap["elderly+disability"] < 0.20
    assert 0.05 < overlap["elderly+poverty"] < 0.16
    assert 0.04 < overlap["disability+poverty"] < 0.14


def test_every_resident_is_in_exactly_one_household_a_month(ward: tuple[Path, WardSummary]) -> None:
    out, _ = ward
    assert ask(out, "select * from household_member group by all having count(*) > 1") == []
    twice = "select month_end, register_no from household_member group by all having count(*) > 1"
    assert ask(out, twice) == []
    sizes = """select count(*) from household_month h full join
        (select month_end, household_key, count(*) n from household_member group by all) m
        using (month_end, household_key) where h.member_count is distinct from m.n"""
    assert ask(out, sizes) == [(0,)]
    keys = "select count(*) from household_member where household_key not in (select register_no from household_member)"
    assert ask(out, keys) == [(0,)]
    exact = """select count(*) from (
        select month_end, area_code, sum(household_count) n, any_value(in_need) i from overlap
        where variant = 'public' and match = 'exact' group by all) where n <> i"""
    assert ask(out, exact) == [(0,)]


def test_rows_in_are_loaded_quarantined_or_superseded(ward: tuple[Path, WardSummary]) -> None:
    off = """select file_name from file_outcome where status like 'accepted%'
        and rows_in <> rows_loaded + rows_quarantined + rows_superseded"""
    assert ask(ward[0], off) == []
    assert {status for (status,) in ask(ward[0], "select distinct status from file_outcome")} >= {"accepted", "refused"}
    reasons = {reason for (reason,) in ask(ward[0], "select distinct reason_code from bad_row")}
    assert reasons >= {"key_missing", "code_unknown", "date_impossible", "length"}


@pytest.mark.parametrize("feed", ["jumin", "kaigo", "shogai", "kodomo", "seiho"])
def test_good_records_are_as_many_as_the_key_says(ward: tuple[Path, WardSummary], feed: str) -> None:
    out, _ = ward
    loaded = dict(ask(out, "select file_name, rows_loaded + rows_superseded from file_outcome"))
    for _, name in in_force(out, feed):
        assert len(good_records(out, feed, name)) == loaded[name], name


def test_formats_state_their_counts(ward: tuple[Path, WardSummary]) -> None:
    out, _ = ward
    rows = dict(ask(out, "select file_name, rows_in::int from file_outcome where status = 'accepted'"))
    for feed in ("jumin", "kaigo", "shogai"):
        for _, name in in_force(out, feed):
            data = delivered(out, feed, name).rstrip(b"\x1a")
            last = data.rstrip(b"\r\n").rsplit(b"\r\n", 1)[1]
            stated = {"jumin": last[5:-1], "kaigo": last[2:], "shogai": last[1:10]}[feed]
            assert last[:1] == (b'"' if feed == "jumin" else b"T")
            assert int(stated) == rows[name]
    lengths = {
        len(line) for _, name in in_force(out, "shogai") for line in delivered(out, "shogai", name).split(b"\r\n")
    }
    assert lengths <= {152, 132, 0, 1}


def test_what_a_ward_must_hold_is_there(ward: tuple[Path, WardSummary]) -> None:
    """Living households of two register households, care homes, protected people, odd names, unknown numbers."""
    out, _ = ward
    name = in_force(out, "jumin")[0][1]
    rows = [row for row in good_records(out, "jumin", name) if row[10] == "1"]
    household = {row[0]: row[1] for row in rows}
    living = dict(
        ask(
            out,
            """select register_no, household_key from household_member
               where month_end = (select min(month_end) from household_member)""",
        )
    )
    together: dict[str, set[str]] = {}
    for number, key in living.items():
        together.setdefault(key, set()).add(household[number])
    assert sum(len(register) > 1 for register in together.values()) >= 3
    at_address: dict[tuple[str, str, str], int] = {}
    for row in rows:
        at_address[row[14], row[16], row[17]] = at_address.get((row[14], row[16], row[17]), 0) + 1
    assert max(at_address.values()) > 12
    names = [row[2] for row in rows]
    assert any("\n" in n for n in names)
    assert any("〓" in n for n in names)
    assert any("\ue040" in n for n in names)
    assert {row[18] for row in rows} == {"", "1", "2", "3"}
    assert ask(out, "select count(*) > 0 from person where not in_register") == [(True,)]
    assert all(any(mark in row[16] for mark in ("番地", "－", "-")) for row in rows)

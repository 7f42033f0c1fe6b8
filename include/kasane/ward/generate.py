"""Generate a synthetic ward: its extracts and, if wanted, the answer key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from kasane.errors import KasaneError, Problem
from kasane.ward.arrays import Rng, padded
from kasane.ward.cases_office import CaseOffice
from kasane.ward.children import school_year
from kasane.ward.columns import Sheet
from kasane.ward.days import Month, months_from
from kasane.ward.deliver import REFUSED, Written, disfigure, write, write_again
from kasane.ward.orgs import OrgBook
from kasane.ward.orgs_activity import ActivityBook
from kasane.ward.plan import DELTA, STREAMS, YEARLY, Delivery, Stream, draw_plan
from kasane.ward.sheet_enquete import answer_sheet
from kasane.ward.sheet_houkatsu import centre_sheet
from kasane.ward.sheet_ishiki import survey_sheet
from kasane.ward.sheet_jinji import post_sheet, staff_sheet
from kasane.ward.sheet_kaigi import conference_sheet
from kasane.ward.sheet_kenshu import attendance_sheet
from kasane.ward.sheet_konkyu import support_sheet
from kasane.ward.sheet_register import register_sheet
from kasane.ward.sheet_sanka import activity_sheet
from kasane.ward.sheet_shigen import agreement_sheet, group_sheet, issue_sheet, place_sheet
from kasane.ward.sheet_soudan import write_database
from kasane.ward.sheet_youtai import child_case_sheet
from kasane.ward.sheets import (
    MUNICIPALITY,
    agency_sheet,
    area_sheet,
    assistance_sheet,
    care_sheet,
    child_sheet,
    draw_agencies,
    handbook_sheet,
)
from kasane.ward.spoil import Spoilt, spoil, untouched
from kasane.ward.truth import MonthlyTruth
from kasane.ward.truth_month import Facts, Register
from kasane.ward.truth_whole import WholeTruth
from kasane.ward.world import World

DEFAULT_START = date(2023, 10, 1)
_VOLUME_CHANGE, _VOLUME_FROM = 0.30, 50
_LOSS_FROM = 130
_CORRECTED_FROM = 2
_FEWEST = 100
CASE_FEEDS = ("konkyu", "youtai", "houkatsu")


@dataclass(frozen=True)
class WardSummary:
    """What was made: counts, bytes, and the last month's overlap as shares of households in need (if truth)."""

    residents: int
    months: int
    files: int
    size: int
    overlap: dict[str, float] = field(default_factory=dict)


@dataclass
class _Run:
    """The state of deliveries while months go by."""

    world: World
    out: Path
    rng: Rng
    agencies: list[list[str]]
    dirt: bool
    rng_orgs: Rng
    orgs: OrgBook
    done: ActivityBook
    office: CaseOffice
    code: str
    whole: WholeTruth = field(default_factory=WholeTruth)
    facts: dict[str, Facts] = field(default_factory=dict)
    # of feeds whose every base date counts: base date → what its file in force says
    loaded: dict[str, dict[date, Facts]] = field(default_factory=dict)
    # by stream, the latest base date of a file in force
    based: dict[str, date] = field(default_factory=dict)
    register: Register | None = None
    last_rows: dict[str, int] = field(default_factory=dict)
    same: dict[tuple[str, str], str] = field(default_factory=dict)
    size: int = 0

    @property
    def streams(self) -> tuple[Stream, ...]:
        """All runs of files, those of the ward's own centres too."""
        return (*STREAMS, *(Stream("houkatsu", self.agencies[place][0]) for place in self.office.desks.centres))


def generate(
    out: Path,
    residents: int,
    months: int,
    seed: int,
    start: date | None = None,
    dirt: bool = True,
    truth: bool = True,
    progress: Callable[[str], None] | None = None,
    code: str = MUNICIPALITY,
) -> WardSummary:
    """Write out/extracts/<feed>/… and out/truth/*.parquet for an invented ward; same arguments, same bytes.

    ``start``: a day of the first month (default October 2023); base dates are month ends. ``dirt``: whether
    files may be broken, late, corrected and hold bad rows. ``truth``: whether the answer key is written. ``code``:
    the municipality's, as its files name it.
    Raises KasaneError for a ward too small, no month, or a target folder that already holds extracts.
    """
    _check(out, residents, months)
    span = months_from(start or DEFAULT_START, months)
    world = World.founded(residents, seed, span[0].first - 1, dirt)
    rng = np.random.default_rng([seed, residents, 7])
    agencies = draw_agencies(world.ward, rng, residents, span[0].first, span[-1].last)
    office = CaseOffice.of(world, agencies, seed, dirt)
    office.found(span[0].first - 1)
    run = _Run(world, out, rng, agencies, dirt, *_organisations(world, seed, agencies, span), office, code)
    plan = draw_plan(rng, span, dirt, run.streams)
    monthly = MonthlyTruth(out) if truth else None
    for month in span:
        world.live(month)
        office.live(month)
        run.done.live(run.rng_orgs, world.ward, world.cases, run.orgs, agencies, month, residents)
        for stream in run.streams:
            files = plan.get((stream.name, month.index), [])
            for base, deliveries in groupby(files, key=lambda delivery: delivery.base):
                _deliver(run, stream, month, base, list(deliveries))
        if monthly is not None and run.register is not None:
            monthly.add(world.ward, run.register, run.facts, month, dict(run.based))
        if progress is not None:
            progress(f"{month.end:%Y-%m}")
    return _finish(run, monthly, span)


def _organisations(
    world: World, seed: int, agencies: list[list[str]], span: list[Month]
) -> tuple[Rng, OrgBook, ActivityBook]:
    """The organisations' books, and what was done before the first month; their luck is their own."""
    rng = np.random.default_rng([seed, world.residents, 13])
    first, last = span[0].first, span[-1].last
    orgs = OrgBook.drawn(rng, world.ward.addresses.towns, agencies, world.residents, first, last, len(span))
    done = ActivityBook()
    done.found(rng, orgs, agencies, first, world.residents)
    return rng, orgs, done


def _check(out: Path, residents: int, months: int) -> None:
    problems = []
    if residents < _FEWEST:
        problems.append(Problem(f"a ward of {residents} residents is too small", f"ask for {_FEWEST} or more"))
    if months < 1:
        problems.append(Problem(f"{months} months", "ask for one month or more"))
    if (out / "extracts").exists() and any((out / "extracts").iterdir()):
        problems.append(Problem("the folder already holds extracts", "choose an empty folder", file=str(out)))
    if problems:
        raise KasaneError(problems)


def _finish(run: _Run, monthly: MonthlyTruth | None, span: list[Month]) -> WardSummary:
    overlap: dict[str, float] = {}
    last = span[-1].last
    run.size += write_database(run.world.cases, run.world.ward, run.agencies, last, run.out / "extracts" / "soudan")
    if monthly is not None:
        monthly.close()
        _write_indicators(run, monthly)
        run.whole.write(run.world, monthly.folder, monthly.last, run.agencies, last)
        overlap = monthly.latest_overlap()
    residents = int(run.world.ward.residents().sum())
    return WardSummary(residents, len(span), len(run.whole.files), run.size, overlap)


def _write_indicators(run: _Run, monthly: MonthlyTruth) -> None:
    houkatsu = run.facts["houkatsu"]["serial"] if "houkatsu" in run.facts else np.zeros(0, np.int64)
    monthly.ledger.write(
        run.world.ward, run.world.cases, run.done, run.loaded, houkatsu, len(run.orgs.districts), monthly.folder
    )


def _sheet(run: _Run, stream: Stream, month: Month, base: date) -> Sheet | None:
    world, ward = run.world, run.world.ward
    makers: dict[str, Callable[[], Sheet]] = {
        "jumin": lambda: register_sheet(ward, month, run.dirt),
        "kaigo": lambda: care_sheet(ward, world.care, run.code),
        "shogai": lambda: handbook_sheet(ward, world.handbooks),
        "kodomo": lambda: child_sheet(ward, world.children, school_year(month.last)),
        "seiho": lambda: assistance_sheet(ward, world.assistance),
        "kikan": lambda: agency_sheet(run.agencies, month),
        "chiku": lambda: area_sheet(ward),
        **_organisation_sheets(run, month, base),
        "konkyu": lambda: support_sheet(world.cases, ward, month),
        "youtai": lambda: child_case_sheet(world.cases, ward, month),
    }
    if stream.feed == "houkatsu":
        return _centre_sheet(run, stream.part, month)
    maker = makers.get(stream.name)
    return None if maker is None else maker()


def _centre_sheet(run: _Run, code: str, month: Month) -> Sheet:
    book, centre = run.world.cases, [row[0] for row in run.agencies].index(code)
    known = padded(run.whole.seen.get("houkatsu", np.zeros(0, bool)), book.houkatsu.size, False)
    return centre_sheet(book, centre, code, month, known)


def _organisation_sheets(run: _Run, month: Month, base: date) -> dict[str, Callable[[], Sheet]]:
    ward, orgs, done, agencies, last = run.world.ward, run.orgs, run.done, run.agencies, month.last
    survey = (base.year, month.first, run.world.residents)
    return {
        "kaigi": lambda: conference_sheet(done, orgs, agencies, last),
        "sanka": lambda: activity_sheet(done, orgs, agencies, month.index),
        "kenshu": lambda: attendance_sheet(done, ward, month.index),
        "enquete": lambda: answer_sheet(done, month.index),
        "ishiki": lambda: survey_sheet(ward, run.rng_orgs, orgs.areas, *survey),
        "jinji_post": lambda: post_sheet(orgs, agencies, month),
        "jinji_staff": lambda: staff_sheet(orgs, agencies, last),
        "shigen_place": lambda: place_sheet(orgs, ward.addresses.towns, last, run.dirt),
        "shigen_agreement": lambda: agreement_sheet(orgs, last),
        "shigen_group": lambda: group_sheet(orgs, last, run.dirt),
        "shigen_issue": lambda: issue_sheet(orgs, last),
    }


def _deliver(run: _Run, stream: Stream, month: Month, base: date, deliveries: list[Delivery]) -> None:
    """All files of a stream for one base date, in the order of their sequence."""
    sheet = _sheet(run, stream, month, base)
    if sheet is None:
        return
    if deliveries[0].nasty == "corrected_later" and sheet.rows < _CORRECTED_FROM:
        # with a row taken away nothing would be left that differs
        deliveries = [replace(deliveries[0], nasty="")]
    good: tuple[Spoilt, int] | None = None
    before: Written | None = None
    for delivery in deliveries:
        if delivery.nasty == "resend" and before is not None:
            written = write_again(before, delivery, sheet.form.extension, run.out / "extracts" / stream.feed)
            run.size += written.size
            _record(run, delivery, written, "skipped", "the same bytes again")
            continue
        if delivery.nasty == "loss60" and sheet.rows < _LOSS_FROM:
            delivery = replace(delivery, nasty="")
        spoilt = _spoilt(run, sheet, delivery)
        shown, secret = disfigure(spoilt.sheet, delivery.nasty, run.rng)
        before = write(shown, delivery, run.out / "extracts" / stream.feed, secret)
        run.size += before.size
        if _accepted(run, delivery, spoilt, shown, before):
            good = (spoilt, shown.rows)
    if good is not None:
        _take(run, stream, base, *good)


def _spoilt(run: _Run, sheet: Sheet, delivery: Delivery) -> Spoilt:
    if delivery.nasty == "empty":
        return untouched(sheet.take(np.zeros(0, np.int64)))
    if not delivery.bad_rows:
        return untouched(sheet)
    return spoil(sheet, run.rng, delivery.month * 1000 + run.streams.index(Stream(delivery.feed, delivery.part)))


def _accepted(run: _Run, delivery: Delivery, spoilt: Spoilt, shown: Sheet, written: Written) -> bool:
    """Record what must become of the file; whether it is in force until a higher sequence comes."""
    before = run.last_rows.get(delivery.name, 0)
    nasty = delivery.nasty.removesuffix("+")
    if nasty in REFUSED:
        _record(run, delivery, written, "refused", REFUSED[nasty])
        if written.forbidden is not None:
            run.whole.forbidden.append(written.forbidden)
        return False
    if delivery.feed not in DELTA and before >= _VOLUME_FROM and abs(shown.rows - before) > _VOLUME_CHANGE * before:
        _record(run, delivery, written, "refused", "lost more rows than the contract allows")
        return False
    if delivery.nasty == "corrected_later":
        _record(run, delivery, written, "accepted", "", (shown.rows, 0, 0, shown.rows), "sum")
        return True
    counts = (shown.rows, int(spoilt.loaded.sum()), len({b.row for b in spoilt.bad}), spoilt.superseded)
    earlier = run.same.setdefault((delivery.name, written.sha256), written.name)
    again = earlier != written.name
    _record(
        run, delivery, written, "accepted|skipped" if again else "accepted",
        f"same bytes as {earlier}" if again else "", counts, "none" if again else "exact",
    )  # fmt: skip
    _record_bad_rows(run, written, spoilt)
    return True


def _record(
    run: _Run,
    delivery: Delivery,
    written: Written,
    status: str,
    reason: str,
    counts: tuple[int | None, int, int, int] = (None, 0, 0, 0),
    rule: str = "exact",
) -> None:
    row: dict[str, Any] = {
        "feed": delivery.feed, "prefix": delivery.prefix, "file_name": written.name, "base_date": delivery.base,
        "seq": delivery.sequence, "month": delivery.month, "arrives": delivery.arrives, "nasty": delivery.nasty,
        "status": status, "reason": reason, "count_rule": rule,
    }  # fmt: skip
    row |= dict(zip(("rows_in", "rows_loaded", "rows_quarantined", "rows_superseded"), counts, strict=True))
    run.whole.files.append(row)


def _added(before: Facts | None, new: Facts) -> Facts:
    """A delta feed's records so far; one that comes again says nothing new of need."""
    if before is None:
        return new
    fresh = ~np.isin(new["serial"], before["serial"])
    return {name: np.concatenate([before[name], new[name][fresh]]) for name in before}


def _record_bad_rows(run: _Run, written: Written, spoilt: Spoilt) -> None:
    sheet = spoilt.sheet
    rows = np.array([bad.row for bad in spoilt.bad], np.int64)
    lines = sheet.first_lines(rows)
    for bad, line in zip(spoilt.bad, lines.tolist(), strict=True):
        number = line if sheet.form.tab else sheet.form.lines_before + 1 + bad.row
        run.whole.bad_rows.append(
            {"feed": sheet.feed, "file_name": written.name, "line_number": line, "reason_code": bad.reason,
             "record_number": number, "column_name": bad.heading}
        )  # fmt: skip


def _take(run: _Run, stream: Stream, base: date, spoilt: Spoilt, rows: int) -> None:
    """This base date's file is in force now: remember what its loaded rows say."""
    world, name = run.world, stream.name
    run.last_rows[name] = rows
    run.based[name] = max(base, run.based.get(name, base))
    facts = {fact: values[spoilt.loaded] for fact, values in spoilt.sheet.facts.items()}
    if name == "jumin":
        run.register = Register.of(world.ward, facts["person"])
        run.whole.saw(name, facts["person"], world.ward.people.size)
        return
    if stream.feed in CASE_FEEDS:
        run.whole.saw(stream.feed, facts["serial"], world.cases.table(stream.feed).size)
    if stream.feed == "houkatsu":
        run.facts[stream.feed] = _added(run.facts.get(stream.feed), facts)
        return
    run.facts[name] = facts
    if name in DELTA or name in YEARLY:
        run.loaded.setdefault(name, {})[base] = facts
    if name in ("kaigo", "seiho"):
        books = {"kaigo": world.care.records.size, "seiho": world.assistance.members.size}
        run.whole.saw(name, facts["serial"], books[name])

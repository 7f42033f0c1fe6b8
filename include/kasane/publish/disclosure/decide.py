"""Decide on one month: build its tables, hide what must be hidden, let the attacker judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from kasane.errors import BuildFailedError, Problem
from kasane.publish.disclosure.areas import merge_areas
from kasane.publish.disclosure.attack import Verdict, attack
from kasane.publish.disclosure.figures import ALL, Figures
from kasane.publish.disclosure.kpi_decision import kpi_table, told_rows
from kasane.publish.disclosure.kpi_figures import KpiRows, kpi_rows
from kasane.publish.disclosure.kpi_table import whole_count
from kasane.publish.disclosure.linked_table import COMPOUND_KPI, with_earlier, with_support
from kasane.publish.disclosure.overlap_table import OVERLAP, Layout, OverlapCells, region_counts
from kasane.publish.disclosure.policy import Detail, Policy
from kasane.publish.disclosure.publication import (
    CORRECTION,
    FIRST,
    IntervalRow,
    KpiRow,
    OverlapRow,
    Publication,
    before_in_year,
    in_force,
)
from kasane.publish.disclosure.released import released_overlap
from kasane.publish.disclosure.suppress import primary_cells, suppress
from kasane.publish.disclosure.table import Key, Table

THREADS = 2


@dataclass(frozen=True)
class Approval:
    """Who approved a correction, and why."""

    by: str
    reason: str


@dataclass(frozen=True)
class Decided:
    """A table, what is hidden of it, and what the attacker says."""

    table: Table
    hidden: frozenset[Key]
    verdict: Verdict


def decide_month(
    figures: Figures, policy: Policy, before: Sequence[Publication], seed: bytes, approval: Approval | None = None
) -> Publication:
    """The publication of a month, after all ``before``; with ``approval`` the correction of one published already.

    Raises BuildFailedError where the attacker works out what he must not; nothing is to be published then.
    """
    earlier = next((each for each in in_force(before) if each.month == figures.month), None) if approval else None
    return _Month(figures, policy, before, seed, earlier).publication(approval)


class _Month:
    """One month on its way to be published."""

    def __init__(
        self,
        figures: Figures,
        policy: Policy,
        before: Sequence[Publication],
        seed: bytes,
        earlier: Publication | None,
    ) -> None:
        self._figures = figures
        self._policy = policy
        self._before = before
        self._seed = seed
        self._earlier = earlier
        self._residents = figures.residents.get(ALL, 0)
        self._counts_people = policy.counts_people(self._residents)
        groups_before = in_force(before)[-1].groups if before else ()
        self._groups = (
            earlier.groups
            if earlier
            else merge_areas(figures.residents_by_area, policy.area_residents_from, policy.neighbours, groups_before)
        )

    def publication(self, approval: Approval | None) -> Publication:
        layout, decided = self._decide_overlap()
        indicators = kpi_rows(self._figures, self._groups if layout.areas else (), self._policy.kpi_rules)
        tables = {OVERLAP: decided} | ({} if self._earlier else self._decide_kpis(indicators, decided.table))
        self._refuse(tables)
        return Publication(
            number=len(self._before) + 1,
            kind=CORRECTION if approval else FIRST,
            month=self._figures.month,
            residents=self._residents,
            detail=layout.detail.number,
            under=self._policy.people(self._residents).under if self._counts_people else None,
            groups=self._groups,
            area_names=dict(self._figures.area_names),
            atoms=tuple(self._overlap_cells(layout).atoms),
            overlap=tuple(_overlap_rows(decided)),
            kpis=tuple(self._kpi_rows(indicators, tables)),
            intervals=tuple(_interval_rows(tables)),
            approved_by=approval.by if approval else None,
            reason=approval.reason if approval else None,
        )

    def _decide_overlap(self) -> tuple[Layout, Decided]:
        """The finest table of which enough can be shown: it is made coarser before more is hidden."""
        for detail in self._details():
            layout = Layout(self._groups, detail)
            decided = self._decide(self._overlap_table(layout))
            cells = [cell for cell in decided.table.cells if cell.is_published and cell.key[0] == OVERLAP]
            hidden = sum(cell.key in decided.hidden for cell in cells)
            if hidden <= (1 - self._policy.share_shown) * len(cells):
                break
        return layout, decided

    def _details(self) -> tuple[Detail, ...]:
        if self._earlier:
            return tuple(each for each in self._policy.details if each.number == self._earlier.detail)
        return self._policy.details_from(self._residents if self._counts_people else 0)

    def _overlap_cells(self, layout: Layout) -> OverlapCells:
        limit = self._policy.people(self._residents)
        return OverlapCells(region_counts(self._figures, layout), layout, limit)

    def _overlap_table(self, layout: Layout) -> Table:
        cells = self._overlap_cells(layout)
        support = self._support(layout)
        table = (with_support(cells, self._figures.month, support) if support else None) or cells.table()
        if self._earlier is None:
            return table
        return self._joined(table, layout)

    def _support(self, layout: Layout) -> dict[str, tuple[int, int]] | None:
        groups = self._groups if layout.areas else ()
        for each in kpi_rows(self._figures, groups, self._policy.kpi_rules):
            if each.kpi_id == COMPOUND_KPI and each.has_counts:
                return {area: (whole_count(n), whole_count(d)) for area, (n, d) in each.counts().items()}
        return None

    def _joined(self, table: Table, layout: Layout) -> Table:
        """The corrected overlap with the released one: whoever has both must learn no more."""
        assert self._earlier is not None
        old = released_overlap(self._earlier, self._policy)
        if len(old.table.atoms) == len(table.atoms):
            return with_earlier(table, old.table, old.hidden)
        # The indicator that hangs on the overlap agrees with it in one of the two alone, and stays as it is.
        old = released_overlap(replace(self._earlier, kpis=()), self._policy)
        return with_earlier(self._overlap_cells(layout).table(), old.table, old.hidden)

    def _decide(self, table: Table) -> Decided:
        if not self._counts_people and any(cell.under > self._policy.organisations.under for cell in table.cells):
            # Nothing of people is shown at all, not even that there is none.
            return Decided(table, frozenset(cell.key for cell in table.cells if cell.is_published), Verdict((), ()))
        hidden = suppress(table, self._seed)
        return Decided(table, hidden, attack(table, hidden))

    def _refuse(self, tables: Mapping[str, Decided]) -> None:
        problems = [
            Problem(
                f"{self._figures.month:%Y-%m}, {name}: {len(each.verdict.broken)} hidden counts can be worked out and "
                f"{len(each.verdict.wrongly_shown)} are shown that must be hidden",
                "nothing is published; the release in force stays. Choose a coarser detail in disclosure_detail.csv",
            )
            for name, each in tables.items()
            if not each.verdict.holds
        ]
        if problems:
            raise BuildFailedError(problems)

    def _decide_kpis(self, indicators: Sequence[KpiRows], overlap: Table) -> dict[str, Decided]:
        people = self._policy.people(self._residents)
        earlier = before_in_year(self._before, self._figures.month)
        tables = {
            each.kpi_id: kpi_table(
                each,
                self._figures,
                self._policy.organisations if each.rule.rule == "organisations" else people,
                earlier,
            )
            for each in indicators
            if each.has_counts and each.rule.rule != "open" and not _is_linked(overlap, each.kpi_id)
        }
        # The solver lets go of Python's lock, and no indicator's table hangs on another's.
        with ThreadPoolExecutor(THREADS) as pool:
            return dict(zip(tables, pool.map(self._decide, tables.values()), strict=True))

    def _kpi_rows(self, indicators: Sequence[KpiRows], tables: Mapping[str, Decided]) -> Iterator[KpiRow]:
        """The indicators' rows; a correction is one of the overlap, and of the indicator that hangs on it."""
        shown = {
            cell.key: cell.key not in each.hidden
            for each in tables.values()
            for cell in each.table.cells
            if cell.is_published
        }
        linked = _is_linked(tables[OVERLAP].table, COMPOUND_KPI)
        for each in indicators:
            if self._earlier is None or (each.kpi_id == COMPOUND_KPI and linked):
                yield from told_rows(each, self._figures.month, shown)
        for row in self._earlier.kpis if self._earlier else ():
            if row.kpi_id != COMPOUND_KPI or not linked:
                yield row


def _is_linked(overlap: Table, kpi_id: str) -> bool:
    return any(cell.key[:2] == ("kpi", kpi_id) for cell in overlap.cells)


def _overlap_rows(decided: Decided) -> Iterator[OverlapRow]:
    primary = primary_cells(decided.table)
    for cell in decided.table.cells:
        if cell.is_published and cell.key[0] == OVERLAP:
            _, area, household_type, domains, match = cell.key
            is_shown, is_primary = cell.key not in decided.hidden, cell.key in primary
            yield OverlapRow(area, household_type, domains, match, cell.count, is_shown, is_primary)


def _interval_rows(tables: Mapping[str, Decided]) -> Iterator[IntervalRow]:
    for name, each in tables.items():
        for interval in each.verdict.intervals:
            yield IntervalRow(name, "|".join(interval.cell.key), interval.low, interval.high, interval.cell.width)

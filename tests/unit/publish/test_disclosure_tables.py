"""Suppressor and attacker on small tables: nothing hidden is told, and no cell is hidden in vain."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kasane.publish.disclosure.attack import attack
from kasane.publish.disclosure.suppress import primary_cells, suppress
from kasane.publish.disclosure.table import Cell, Key, Relation, Table

SEED = b"s" * 32
UNDER, WIDTH = 10, 5


def grid(rows: list[list[int]], under: int = UNDER, width: int = WIDTH, totals_are_wholes: bool = False) -> Table:
    """Rows × columns with both margins and the grand total."""
    height, breadth = len(rows), len(rows[0])
    atoms = tuple(itertools.chain.from_iterable(rows))

    def cell(key: Key, parts: list[int], whole: Key | None = None) -> Cell:
        return Cell(key, tuple(parts), sum(atoms[part] for part in parts), under, width, whole=whole)

    across = {i: [i * breadth + j for j in range(breadth)] for i in range(height)}
    down = {j: [i * breadth + j for i in range(height)] for j in range(breadth)}
    cells = [
        cell((f"r{i}", f"c{j}"), [i * breadth + j], (f"r{i}", "ALL") if totals_are_wholes else None)
        for i in range(height)
        for j in range(breadth)
    ]
    cells += [cell((f"r{i}", "ALL"), parts) for i, parts in across.items()]
    cells += [cell(("ALL", f"c{j}"), parts) for j, parts in down.items()]
    cells += [cell(("ALL", "ALL"), list(range(len(atoms))))]
    relations = [Relation((f"r{i}", "ALL"), tuple((f"r{i}", f"c{j}") for j in range(breadth))) for i in across]
    relations += [Relation(("ALL", f"c{j}"), tuple((f"r{i}", f"c{j}") for i in range(height))) for j in down]
    return Table("grid", atoms, tuple(cells), tuple(relations))


def by_trying(table: Table, hidden: frozenset[Key], target: Cell, most: int) -> tuple[int, int]:
    """The interval of a cell by going through every table of whole numbers: no linear program in it."""
    found = set()
    for atoms in itertools.product(range(most + 1), repeat=len(table.atoms)):
        counts = {cell.key: sum(atoms[part] for part in cell.parts) for cell in table.cells}
        if all(counts[cell.key] >= 1 if cell.key in hidden else counts[cell.key] == cell.count for cell in table.cells):
            found.add(counts[target.key])
    return min(found), max(found)


counts = st.one_of(st.just(0), st.integers(1, 9), st.integers(10, 60))
grids = st.integers(2, 4).flatmap(
    lambda breadth: st.lists(st.lists(counts, min_size=breadth, max_size=breadth), min_size=2, max_size=4)
)


@settings(deadline=None, max_examples=60)
@given(grids, st.booleans())
def test_the_attacker_learns_too_little_and_zeros_are_shown(rows: list[list[int]], wholes: bool) -> None:
    table = grid(rows, totals_are_wholes=wholes)
    hidden = suppress(table, SEED)
    assert attack(table, hidden).holds
    assert primary_cells(table) <= hidden
    assert all(table.cell(key).count > 0 for key in hidden)


@settings(deadline=None, max_examples=40)
@given(grids, st.randoms(use_true_random=False))
def test_showing_one_hidden_cell_is_caught(rows: list[list[int]], chance: "object") -> None:
    table = grid(rows)
    hidden = suppress(table, SEED)
    for key in hidden:
        assert not attack(table, hidden - {key}).holds, key


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=2, max_size=2), st.integers(0, 15))
def test_the_attacker_finds_what_trying_every_table_finds(rows: list[list[int]], mask: int) -> None:
    table = grid(rows, under=3, width=1)
    inner = [cell for cell in table.cells[:4] if cell.count > 0]
    hidden = frozenset(cell.key for index, cell in enumerate(inner) if mask >> index & 1)
    told = {interval.cell.key: (interval.low, interval.high) for interval in attack(table, hidden).intervals}
    for cell in inner:
        if cell.key in hidden:
            assert told[cell.key] == by_trying(table, hidden, cell, sum(table.atoms))


def test_one_small_count_hides_a_rectangle() -> None:
    table = grid([[3, 40, 50], [30, 60, 70], [20, 80, 90]])
    hidden = suppress(table, SEED)
    assert ("r0", "c0") in hidden
    assert len(hidden) == 4


def test_a_margin_that_gives_a_small_count_away_is_broken() -> None:
    table = grid([[3, 40], [30, 60]])
    (interval,) = attack(table, frozenset({("r0", "c0")})).broken
    assert interval.is_exact
    assert (interval.low, interval.high) == (3, 3)


def test_a_small_sum_of_hidden_cells_is_protected_as_one_cell() -> None:
    """Each of 2 and 3 alone can be 1 to 4; that the two are 5 is as small a count as any."""
    table = grid([[2, 3, 400], [100, 200, 300], [100, 200, 300]], width=2)
    both = frozenset(itertools.product(("r0", "r1"), ("c0", "c1")))
    broken = {interval.cell.key for interval in attack(table, both).broken}
    assert ("rest of", "r0", "ALL") in broken
    assert attack(table, suppress(table, SEED)).holds


def test_a_cell_that_is_its_whole_group_is_hidden() -> None:
    table = grid([[50, 0], [40, 60]], totals_are_wholes=True)
    hidden = suppress(table, SEED)
    assert ("r0", "c0") in hidden
    assert attack(table, frozenset()).wrongly_shown == (("r0", "c0"),)


def test_what_an_earlier_release_showed_stays_shown() -> None:
    table = grid([[3, 40, 50], [30, 60, 70], [20, 80, 90]])
    told = {("r1", "c0"): True, ("r0", "c1"): True}
    hidden = suppress(Table(table.name, table.atoms, table.cells, table.relations, (), told), SEED)
    assert not hidden & set(told)
    assert attack(table, hidden).holds


def test_the_choice_depends_on_the_secret_and_on_nothing_else() -> None:
    table = grid([[3, 40, 41, 42], [43, 60, 61, 62], [44, 63, 64, 65]])
    choices = {suppress(table, bytes([number]) * 32) for number in range(12)}
    assert len(choices) > 1
    assert suppress(table, SEED) == suppress(table, SEED)


@pytest.mark.parametrize("size", [12])
def test_a_larger_table_holds(size: int) -> None:
    rows = [[(i * 7 + j * 13) % 37 for j in range(size)] for i in range(size)]
    table = grid(rows)
    assert attack(table, suppress(table, SEED)).holds

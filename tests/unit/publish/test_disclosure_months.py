"""Months as they are published one after the other: what stands in a row, what the register keeps, what is refused."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kasane.errors import KasaneError, KeyMissingError
from kasane.publish.disclosure.attack import attack
from kasane.publish.disclosure.csv_files import csv_files
from kasane.publish.disclosure.decide import Approval, decide_month
from kasane.publish.disclosure.figures import ALL, Figures
from kasane.publish.disclosure.kpi_table import KpiMonth, count_table
from kasane.publish.disclosure.overlap_table import Layout, OverlapCells, region_counts
from kasane.publish.disclosure.policy import load_policy
from kasane.publish.disclosure.publication import KpiRow, Publication
from kasane.publish.disclosure.published import Labels, published_tables
from kasane.publish.disclosure.register import add_to_register, load_register, secret_seed
from kasane.publish.disclosure.suppress import suppress
from kasane.settings import PROJECT_ROOT, DataPaths
from support.made_figures import MONTH, counted, made_figures

SEEDS = [PROJECT_ROOT / "dbt_project" / "seeds"]
POLICY = load_policy(SEEDS)
SEED = b"s" * 32
MAY = date(2025, 5, 31)


def publish(figures: Figures, *before: Publication) -> Publication:
    return decide_month(figures, POLICY, before, SEED)


def rows_of(publication: Publication, kpi: str) -> dict[str, KpiRow]:
    return {row.area_code: row for row in publication.kpis if row.kpi_id == kpi}


def by_area(whole: tuple[int, int], *areas: tuple[int, int]) -> dict[str, tuple[float, float]]:
    return {ALL: whole, **{f"E0{index}": counts for index, counts in enumerate(areas, start=1)}}


def test_no_small_count_is_shown_and_every_zero_is() -> None:
    publication = publish(made_figures())
    shown = [row.count for row in publication.overlap if row.is_shown]
    assert not [count for count in shown if 1 <= count <= 9]
    assert all(row.is_shown for row in publication.overlap if row.count == 0)
    assert [count for count in shown if count >= 10]


def test_areas_tell_no_household_of_children_alone_or_of_unknown_age() -> None:
    by_area = {row.household_type for row in publish(made_figures()).overlap if row.area_code != ALL}
    assert by_area <= {"ALL", "AC"}


def test_what_is_left_over_is_told_with_the_smallest_area() -> None:
    publication = publish(made_figures())
    assert {row.area_code for row in publication.overlap} == {ALL, "E01", "E02", "E03+OTHER"}


def test_a_municipality_under_2000_tells_no_count_of_people_not_even_a_zero() -> None:
    figures = made_figures(residents={ALL: 1_900, "E01": 1_900}, kpis=counted("M1-KPI-2", by_area((0, 0), (0, 0))))
    publication = publish(figures)
    assert publication.overlap
    assert not [row for row in publication.overlap if row.is_shown]
    assert not rows_of(publication, "M1-KPI-2")[ALL].numerator_shown


def test_a_rate_goes_with_its_numerator() -> None:
    row = rows_of(
        publish(made_figures(kpis=counted("M1-KGI-2", by_area((4, 60), (4, 60), (0, 0), (0, 0))))), "M1-KGI-2"
    )
    assert row[ALL].denominator_shown
    assert not row[ALL].numerator_shown
    assert not row[ALL].value_shown


def test_few_who_were_not_reached_hide_the_numerator_as_few_who_were_would() -> None:
    row = rows_of(publish(made_figures(kpis=counted("M1-KGI-2", {ALL: (58, 60)}))), "M1-KGI-2")[ALL]
    assert not row.numerator_shown


def test_a_rate_of_100_percent_is_hidden() -> None:
    row = rows_of(publish(made_figures(kpis=counted("M1-KGI-2", {ALL: (60, 60)}))), "M1-KGI-2")[ALL]
    assert not row.value_shown


def test_an_area_that_the_total_would_tell_takes_another_with_it() -> None:
    kpis = counted("M2-KPI-3", by_area((105, 1), (5, 1), (40, 1), (60, 1)))
    rows = rows_of(publish(made_figures(kpis=kpis)), "M2-KPI-3")
    hidden = {area for area, row in rows.items() if not row.numerator_shown}
    assert "E01" in hidden
    assert len(hidden) >= 2


def test_an_estimate_of_few_answers_is_hidden() -> None:
    kpis = counted("M3-KGI-1", {ALL: (1_200.5, 16_000.25)})
    for answers, shown in ((9, False), (10, True)):
        publication = publish(made_figures(kpis=kpis, least={"M3-KGI-1": answers}))
        assert rows_of(publication, "M3-KGI-1")[ALL].value_shown is shown


def test_a_running_count_waits_until_ten_more_have_come() -> None:
    """40 in May and 43 in June would tell that three came in June; 52 in June tells twelve."""
    may = publish(made_figures(month=MAY, kpis=counted("M1-KPI-4", {ALL: (40, 1)})))
    assert rows_of(may, "M1-KPI-4")[ALL].numerator_shown
    for june, shown in ((43, False), (40, True), (52, True)):
        figures = made_figures(kpis=counted("M1-KPI-4", {ALL: (june, 1)}))
        assert rows_of(publish(figures, may), "M1-KPI-4")[ALL].numerator_shown is shown


def test_the_attacker_joins_months_of_a_running_count() -> None:
    """April hidden between 0 in no month before and 12 shown in May: it lies in 1 to 12, not beyond."""
    months = [
        KpiMonth(date(2025, 4, 30), {ALL: (4, 1)}, {(ALL, "numerator"): False}),
        KpiMonth(MAY, {ALL: (12, 1)}),
    ]
    table = count_table("M1-KPI-4", POLICY.kpi_rules["M1-KPI-4"], months, POLICY.people(30_000))
    hidden = frozenset({cell.key for cell in table.cells if cell.is_published and cell.count == 4})
    interval = next(each for each in attack(table, hidden).intervals if each.cell.key in hidden)
    assert (interval.low, interval.high) == (1, 12)


def test_un_hiding_a_needed_cell_of_the_overlap_is_caught() -> None:
    figures = made_figures(seed=3)
    groups = publish(figures).groups
    detail = POLICY.details_from(30_000)[0]
    layout = Layout(groups, detail)
    table = OverlapCells(region_counts(figures, layout), layout, POLICY.people(30_000)).table()
    hidden = suppress(table, SEED)
    assert attack(table, hidden).holds
    for key in sorted(hidden)[::7]:
        assert not attack(table, hidden - {key}).holds, key


def test_a_correction_is_of_the_overlap_and_tells_who_approved_it() -> None:
    figures = made_figures()
    before = publish(figures)
    changed = dict(figures.overlap)
    for area in ("E01", ALL):
        changed[area, "AO", "elderly"] += 3
    corrected = decide_month(
        replace(figures, overlap=changed), POLICY, [before], SEED, Approval("課長", "名寄せの訂正")
    )
    assert corrected.kind == "correction"
    assert corrected.number == 2
    assert (corrected.approved_by, corrected.reason) == ("課長", "名寄せの訂正")
    assert corrected.kpis == before.kpis
    small = [row for row in corrected.overlap if row.is_shown and 1 <= row.count <= 9]
    assert not small


def test_the_register_gives_back_what_was_published(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    publications = [publish(made_figures(month=MAY))]
    publications.append(publish(made_figures(seed=2), *publications))
    add_to_register(paths, publications[:1])
    add_to_register(paths, publications)
    assert load_register(paths) == publications
    assert {path.stat().st_mode & 0o777 for path in paths.release_register.iterdir()} == {0o600}


def test_a_register_with_a_gap_or_a_broken_file_is_refused(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    add_to_register(paths, [replace(publish(made_figures()), number=2)])
    with pytest.raises(KasaneError, match="without gaps"):
        load_register(paths)
    next(paths.release_register.iterdir()).write_text('{"number": 1}', encoding="utf-8")
    with pytest.raises(KasaneError, match="no publication"):
        load_register(paths)


def test_a_lost_seed_is_never_replaced(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    assert secret_seed(paths) == secret_seed(paths)
    add_to_register(paths, [publish(made_figures())])
    (paths.keys / "disclosure.key").unlink()
    with pytest.raises(KeyMissingError, match="seed"):
        secret_seed(paths)


def test_a_hidden_count_is_empty_in_table_and_file_and_codes_have_labels() -> None:
    publications = [publish(made_figures(kpis=counted("M1-KGI-2", {ALL: (4, 60)})))]
    tables = published_tables(publications, Labels.load(SEEDS, POLICY.kpi_rules))
    rows = tables["domain_overlap"].to_pylist()
    assert {row["suppressed"] for row in rows} == {True, False}
    assert all((row["household_count"] is None) is row["suppressed"] for row in rows)
    assert {row["area_label"] for row in rows if row["area_code"] == ALL} == {"合計"}
    content = csv_files(tables, publications, POLICY, "架空区")["domain_overlap.csv"].decode("utf-8-sig")
    heading = [line for line in content.splitlines() if line.startswith(("#", '"#'))]
    assert all(any(word in line for line in heading) for word in ("出典", "期間", "秘匿", "架空区"))
    assert f"{MONTH}" in content
    names = content.splitlines()[len(heading)].split(",")
    assert names == tables["domain_overlap"].column_names


def test_a_formula_in_a_name_stays_a_text() -> None:
    figures = replace(made_figures(), area_names={"E01": "=1+1", "E02": "@x", "E03": "三区"})
    publications = [publish(figures)]
    tables = published_tables(publications, Labels.load(SEEDS, POLICY.kpi_rules))
    content = csv_files(tables, publications, POLICY, "架空区")["domain_overlap.csv"].decode("utf-8-sig")
    assert ",'=1+1," in content
    assert ",=1+1," not in content


def test_the_same_register_gives_the_same_tables() -> None:
    publication = publish(made_figures())
    again = Publication.of_json(json.loads(json.dumps(publication.as_json())))
    labels = Labels.load(SEEDS, POLICY.kpi_rules)
    with duckdb.connect() as connection:
        for name, table in published_tables([publication], labels).items():
            other = published_tables([again], labels)[name]
            connection.register("one", table)
            connection.register("two", other)
            assert connection.execute("select count(*) from (from one except from two)").fetchone() == (0,)

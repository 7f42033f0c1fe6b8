"""The command line ``kasane``: the same functions that the DAGs call, with progress and one summary at the end."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.table import Table

from kasane import (
    cli_config,
    cli_keys,
    cli_list,
    cli_publication,
    cli_quality,
    cli_retention,
    cli_review,
    cli_ward,
    cli_zones,
)
from kasane.errors import KasaneError
from kasane.settings import load_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Kasane (重ね): a household-level welfare data warehouse for one municipality.",
)
app.add_typer(cli_review.app, name="review")
app.add_typer(cli_list.app, name="list")
app.command()(cli_zones.lineage)
app.command()(cli_zones.docs)
app.command()(cli_ward.generate)
app.command("serve")(cli_zones.serve_release)
app.add_typer(cli_keys.keys, name="keys")
app.add_typer(cli_keys.extract, name="extract")
cli_retention.add_to(app)
cli_config.add_to(app)
app.add_typer(cli_publication.app, name="publication")
app.add_typer(cli_quality.app, name="quality")
OUT = Console()
Result = TypeVar("Result")

Data = Annotated[Path | None, typer.Option(help="Data directory (default: KASANE_DATA, else ./data of the project).")]
Config = Annotated[Path | None, typer.Option(help="Configuration of the municipality (default: the invented ward).")]
Extracts = Annotated[str | None, typer.Option(help="Folder or sftp:// address with one folder a feed.")]
Month = Annotated[datetime | None, typer.Option(help="A month end; by default the latest.", formats=["%Y-%m-%d"])]
AsOf = Annotated[str | None, typer.Option(help="As if only files based on this day or before had been delivered.")]


@app.command()
def ingest(
    feed: Annotated[list[str] | None, typer.Argument(help="Feeds to take; none named: all in use.")] = None,
    extracts: Extracts = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Take what the sources delivered: land it, read it, judge it."""
    from kasane.contracts import by_feed
    from kasane.contracts.municipality import contracts_in_use
    from kasane.pipeline import ingest as ingest_feed

    settings = load_settings(data, config, extracts)
    for name in feed or by_feed(contracts_in_use(settings)):
        _, read, expected = ingest_feed(settings, name)
        OUT.print(read.summary(), markup=False, soft_wrap=True)
        OUT.print(expected.summary(), markup=False, soft_wrap=True)


@app.command()
def build(data: Data = None, config: Config = None, as_of: AsOf = None) -> None:
    """Build the warehouse from what was taken, check it, and put the release in force."""
    from kasane.pipeline import build as build_warehouse
    from kasane.pipeline import publish_reports, serve

    settings = load_settings(data, config, as_of=as_of)
    OUT.print(build_warehouse(settings).summary(), markup=False, soft_wrap=True)
    OUT.print(publish_reports(settings).summary(), markup=False, soft_wrap=True)
    OUT.print(serve(settings).summary(), markup=False, soft_wrap=True)


@app.command()
def run(extracts: Extracts = None, data: Data = None, config: Config = None, as_of: AsOf = None) -> None:
    """Ingest every feed in use, build, publish and write the reports."""
    from kasane.pipeline import run as run_all

    OUT.print(run_all(load_settings(data, config, extracts, as_of)).summary(), markup=False, soft_wrap=True)


@app.command()
def status(
    data: Data = None,
    config: Config = None,
    every: Annotated[bool, typer.Option("--all", help="Every delivery, not just those that want attention.")] = False,
) -> None:
    """What was delivered and what became of it, and the release in force."""
    from kasane.pipeline.status import load_status

    found = load_status(load_settings(data, config))
    feeds = Table("feed", "newest", "files", "accepted", "refused", "skipped", "bad rows")
    for feed in found.feeds:
        feeds.add_row(*feed)
    OUT.print(feeds)
    shown = found.deliveries if every else [row for row in found.deliveries if row.status == "refused"]
    for row in shown:
        OUT.print(row.line(), markup=False, highlight=False, soft_wrap=True)
    OUT.print(found.release, markup=False, soft_wrap=True)
    OUT.print(found.published, markup=False, highlight=False, soft_wrap=True)


@app.command()
def accept(
    file: Annotated[str, typer.Argument(help="The name of the refused file.")],
    sha256: Annotated[str, typer.Option(help="Its SHA-256, or the first 12 characters of it (kasane status).")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    reason: Annotated[str, typer.Option(help="Why the change of volume is right.")],
    data: Data = None,
    config: Config = None,
) -> None:
    """Accept a delivery that was refused for its volume; the decision is kept."""
    from kasane.pipeline.accept import accept_delivery

    OUT.print(accept_delivery(load_settings(data, config), file, sha256, by, reason), markup=False, soft_wrap=True)


@app.command()
def link(
    spec: Annotated[Path, typer.Option(help="The linkage spec (docs/linkage_spec.md).")],
    records: Annotated[Path, typer.Option(help="The person table: Parquet or CSV.")],
    out: Annotated[Path, typer.Option(help="Where to write links.parquet, review.parquet, explanation.parquet.")],
    decisions: Annotated[Path | None, typer.Option(help="What reviewers said: Parquet or CSV.")] = None,
    train: Annotated[bool, typer.Option("--train", help="Train weights even where the spec names some.")] = False,
) -> None:
    """Link any table of persons by a spec: whose records are one person's."""
    from kasane.pipeline.link_files import link_files

    OUT.print(link_files(spec, records, out, decisions, train).summary(), markup=False, soft_wrap=True)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="A SELECT on the analysts' zone of the release in force.")],
    data: Data = None,
    rows: Annotated[int, typer.Option(min=1, help="Show at most so many rows.")] = 50,
) -> None:
    """Ask the analysts' zone; nothing outside it can be read and nothing written."""
    from kasane.publish.query import query_analyst_zone

    names, values, is_cut = query_analyst_zone(load_settings(data).data, sql, rows)
    table = Table(*names)
    for row in values:
        table.add_row(*("" if value is None else str(value) for value in row))
    OUT.print(table)
    if is_cut:
        OUT.print(f"the first {rows} rows; --rows shows more", markup=False, soft_wrap=True)


@app.command()
def overview(
    month: Month = None,
    data: Data = None,
) -> None:
    """The release in force at a glance: overlap and the 24 indicators of one month."""
    from kasane.publish.disclosure.withheld import withheld_line
    from kasane.publish.overview import overview as look
    from kasane.publish.overview import remarks
    from kasane.publish.release import require_release
    from kasane.publish.wording import STATUS_WORDS, short_text

    found = look(load_settings(data).data, month.date() if month else None)
    OUT.print(f"{found.month:%Y-%m}  release {found.release_id}", markup=False, highlight=False)
    OUT.print(
        f"生活世帯 {found.household_count:,}  要支援 {found.in_need_count:,}  複合 {found.compound_count:,}",
        markup=False,
        highlight=False,
    )
    for label, count, share in found.combinations:
        OUT.print(f"  {label}  {count:,} ({share:.1%})", markup=False, highlight=False)
    table = Table("KPI", "指標", "値", "今の目標", "判定", "データ")
    for line in found.indicators:
        table.add_row(
            line.kpi_id,
            line.name_ja,
            short_text(line.value, line.unit),
            short_text(line.target, line.unit),
            STATUS_WORDS.get(line.status, line.status),
            "–" if line.coverage is None else f"{line.coverage:.0%}",
        )
    OUT.print(table)
    OUT.print(withheld_line(require_release(load_settings(data).data)), markup=False, highlight=False, soft_wrap=True)
    for remark in remarks(found):
        OUT.print(f"  {remark}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def why(
    month: Annotated[str, typer.Option(help="The month end, as 2025-03-31.")],
    kpi: Annotated[str | None, typer.Option(help="A KPI, as M1-KGI-1.")] = None,
    domains: Annotated[str | None, typer.Option(help="An overlap cell, as elderly+disability.")] = None,
    match: Annotated[str, typer.Option(help="exact or at_least, for an overlap cell.")] = "at_least",
    area: Annotated[str, typer.Option(help="An area's code, or ALL.")] = "ALL",
    old: Annotated[str | None, typer.Option("--from", help="A release; by default the one before.")] = None,
    new: Annotated[str | None, typer.Option("--to", help="A release; by default the one in force.")] = None,
    data: Data = None,
) -> None:
    """Why a number changed between two releases. It reads the restricted zone: for stewards."""
    from kasane.pipeline.why import explain_change

    answer = explain_change(load_settings(data), month, kpi, domains, match, area, (old, new))
    for line in answer.lines():
        OUT.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command()
def explain(
    kpi: Annotated[str, typer.Argument(help="The indicator, as M1-KGI-1.")],
    month: Annotated[str, typer.Option(help="The month, as 2025-09.")],
    area: Annotated[str, typer.Option(help="An area's code, or ALL.")] = "ALL",
    limit: Annotated[int, typer.Option(min=0, help="List at most so many of the counted rows.")] = 20,
    data: Data = None,
) -> None:
    """What an indicator's value was made of: wording, numbers, and the counted rows, pseudonymous."""
    from kasane.publish.explain import explain_kpi, measure_text, subgroup_text

    found = explain_kpi(load_settings(data).data, kpi, month, area, limit)
    OUT.print(f"{found.kpi_id} {found.name}", markup=False, highlight=False, soft_wrap=True)
    for label, text in [*found.facts, *((each.label, measure_text(each)) for each in found.measures)]:
        OUT.print(f"  {label}: {text}", markup=False, highlight=False, soft_wrap=True)
    table = Table("仮名・番号", "内訳", "圏域", "日", "分子に入る", "分子に加わる量")
    for case_ref, subgroup, area_code, day, is_numerator, amount in found.cases:
        shown = (case_ref, subgroup_text(subgroup), area_code, day, "○" if is_numerator else "", f"{amount:g}")
        table.add_row(*("" if value is None else str(value) for value in shown))
    OUT.print(table)
    OUT.print(
        f"{found.case_count} 件のうち {len(found.cases)} 件。--limit で増やせます / "
        f"{len(found.cases)} of {found.case_count} counted rows; --limit shows more",
        markup=False,
        soft_wrap=True,
    )


@app.command()
def export(
    scorecard: Annotated[Path, typer.Option(help="The file to write: all zones joined, plain.")],
    synthetic: Annotated[bool, typer.Option("--synthetic", help="My word: there is no real person in it.")] = False,
    data: Data = None,
) -> None:
    """Join the zones of the release in force into one plain DuckDB file."""
    from kasane.publish.export import export_scorecard
    from kasane.publish.release import require_release

    settings = load_settings(data)
    export_scorecard(settings.data, require_release(settings.data), scorecard, synthetic)
    OUT.print(f"written: {scorecard}", markup=False, soft_wrap=True)


def _told(action: Callable[[], Result]) -> Result:
    """Turn what a user can mend into plain sentences and exit code 1; anything else is our fault and shows itself."""
    try:
        return action()
    except KasaneError as error:
        problems = error.problems
    for problem in problems:
        Console(stderr=True).print(f"✗ {problem}", markup=False, highlight=False, soft_wrap=True)
    sys.exit(1)


def _log_handler() -> logging.Handler:
    """Colours for a person at a terminal, whole plain lines for a file or a pipe."""
    if sys.stderr.isatty():
        return RichHandler(console=Console(stderr=True), show_path=False, markup=False)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    return handler


def main() -> None:
    """Entry point of the console script."""
    logging.basicConfig(level=logging.INFO, handlers=[_log_handler()])
    _told(lambda: app(standalone_mode=True))


if __name__ == "__main__":
    main()

"""The whole way: every feed, the build, the reports."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kasane.contracts import by_feed
from kasane.contracts.municipality import contracts_in_use
from kasane.dictionary.pages import load_dictionary
from kasane.lock import writer_lock
from kasane.pipeline.build import BuildSummary, build
from kasane.pipeline.config_check import check_configuration
from kasane.pipeline.ingest import ExpectSummary, ExtractSummary, ReadSummary, ingest
from kasane.pipeline.municipality import municipality_name
from kasane.pipeline.progress import step
from kasane.pipeline.serve import ServeSummary, serve
from kasane.publish.release import Release, require_release
from kasane.quality import write_quality_summary
from kasane.reports import ReportSummary as OverlapSummary
from kasane.reports import (
    load_pattern_wording,
    load_table_titles,
    load_wording,
    read_areas,
    read_overlap_data,
    read_patterns,
    read_public_overlap,
    read_public_scorecard,
    read_scorecard,
    write_areas,
    write_dictionary_page,
    write_index_page,
    write_overlap_report,
    write_patterns,
    write_scorecard,
)
from kasane.reports.kpi_data import Wording
from kasane.settings import Settings

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReportSummary:
    """Where the reports of the release in force lie."""

    release_id: str
    index: Path
    overlap: Path
    scorecard: Path
    quality: Path

    def summary(self) -> str:
        """One line for people."""
        return f"reports of release {self.release_id}: {self.index}"


@dataclass(frozen=True)
class RunSummary:
    """All of a run."""

    feeds: list[tuple[ExtractSummary, ReadSummary, ExpectSummary]]
    build: BuildSummary
    reports: ReportSummary
    serve: ServeSummary

    def summary(self) -> str:
        """A line a feed and a step."""
        lines = [expected.summary() for _, _, expected in self.feeds]
        return "\n".join([*lines, self.build.summary(), self.reports.summary(), self.serve.summary()])


def publish_reports(settings: Settings) -> ReportSummary:
    """Write the reports of the release in force; raises KasaneError when there is none."""
    with step("reports"), writer_lock(settings.data):
        release = require_release(settings.data)
        folder = release.folder / "reports"
        folder.mkdir(exist_ok=True)
        name = municipality_name(settings)
        wording = load_wording(settings)
        written = _write_overlaps(settings, release, wording.source_titles)
        scorecard = _write_scorecards(settings, release, wording)
        _write_patterns_and_areas(settings, release)
        quality = write_quality_summary(
            release.zone_file("analyst"), settings.data.quality, folder / "quality", settings.seed_dirs
        )
        write_dictionary_page(load_dictionary(settings), settings, folder, name, release.release_id)
        # Last: it links what the others wrote.
        titles = load_table_titles(settings.contract_dirs)
        index = write_index_page(release.folder, release.release_id, name, written.month_end, titles)
    shown = settings.data.current / "reports"
    result = ReportSummary(
        release.release_id,
        shown / index.name,
        shown / written.path.name,
        shown / scorecard.name,
        shown / "quality" / quality.name,
    )
    LOGGER.info("reports: %s", result.summary())
    return result


def _write_scorecards(settings: Settings, release: Release, wording: Wording) -> Path:
    """One for the analysts, whose page is returned, and one for anyone that is read from the published zone alone."""
    name, (inside, outside) = municipality_name(settings), _report_folders(release)
    page = write_scorecard(read_scorecard(release.zone_file("analyst")), wording, inside, name, release.release_id)
    write_scorecard(read_public_scorecard(release.zone_file("published")), wording, outside, name, release.release_id)
    return page


def _write_overlaps(settings: Settings, release: Release, titles: Mapping[str, str]) -> OverlapSummary:
    """As the scorecards; the summary is of the analysts' one."""
    name, (inside, outside) = municipality_name(settings), _report_folders(release)
    public = read_public_overlap(release.zone_file("published"), settings.seed_dirs)
    write_overlap_report(public, titles, outside, name, release.release_id)
    return write_overlap_report(
        read_overlap_data(release.zone_file("analyst")), titles, inside, name, release.release_id
    )


def _report_folders(release: Release) -> tuple[Path, Path]:
    """For the analysts, and for anyone."""
    return release.folder / "reports", release.folder / "published" / "reports"


def _write_patterns_and_areas(settings: Settings, release: Release) -> None:
    """For the analysts alone: neither has been through disclosure control (docs/adr/0050)."""
    wording, name = load_pattern_wording(settings), municipality_name(settings)
    file, folder = release.zone_file("analyst"), release.folder / "reports"
    write_patterns(read_patterns(file, wording), wording, folder, name, release.release_id)
    write_areas(read_areas(file, wording), wording, folder, name, release.release_id)


def run(settings: Settings) -> RunSummary:
    """Ingest every feed in use, build, publish, report, serve; a configuration with a mistake starts nothing."""
    check_configuration(settings)
    feeds = [ingest(settings, feed) for feed in by_feed(contracts_in_use(settings))]
    return RunSummary(feeds, build(settings), publish_reports(settings), serve(settings))

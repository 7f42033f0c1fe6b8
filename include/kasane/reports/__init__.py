"""Reports for people: HTML made from one release's analysts' file."""

from kasane.reports.kpi import write_scorecard
from kasane.reports.kpi_data import load_wording, read_public_scorecard, read_scorecard
from kasane.reports.labels import load_feed_titles
from kasane.reports.overlap import ReportSummary, write_overlap_report

__all__ = [
    "ReportSummary",
    "load_feed_titles",
    "load_wording",
    "read_public_scorecard",
    "read_scorecard",
    "write_overlap_report",
    "write_scorecard",
]

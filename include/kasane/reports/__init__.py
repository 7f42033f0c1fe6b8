"""Reports for people: HTML made from one release's analysts' file."""

from kasane.reports.dictionary_page import write_dictionary_page
from kasane.reports.index_page import write_index_page
from kasane.reports.kpi import write_scorecard
from kasane.reports.kpi_data import load_wording, read_public_scorecard, read_scorecard
from kasane.reports.labels import load_feed_titles, load_table_titles
from kasane.reports.overlap import ReportSummary, write_overlap_report

__all__ = [
    "ReportSummary",
    "load_feed_titles",
    "load_table_titles",
    "load_wording",
    "read_public_scorecard",
    "read_scorecard",
    "write_dictionary_page",
    "write_index_page",
    "write_overlap_report",
    "write_scorecard",
]

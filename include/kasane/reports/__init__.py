"""Reports for people: HTML made from one release's analysts' file."""

from kasane.reports.areas import write_areas
from kasane.reports.areas_data import read_areas
from kasane.reports.dictionary_page import write_dictionary_page
from kasane.reports.index_page import write_index_page
from kasane.reports.kpi import write_scorecard
from kasane.reports.kpi_data import load_wording, read_public_scorecard, read_scorecard
from kasane.reports.labels import load_feed_titles, load_table_titles
from kasane.reports.overlap import ReportSummary, write_overlap_report
from kasane.reports.overlap_data import read_overlap_data
from kasane.reports.overlap_public import read_public_overlap
from kasane.reports.patterns import write_patterns
from kasane.reports.patterns_data import read_patterns
from kasane.reports.patterns_words import load_pattern_wording

__all__ = [
    "ReportSummary",
    "load_feed_titles",
    "load_pattern_wording",
    "load_table_titles",
    "load_wording",
    "read_areas",
    "read_overlap_data",
    "read_patterns",
    "read_public_overlap",
    "read_public_scorecard",
    "read_scorecard",
    "write_areas",
    "write_dictionary_page",
    "write_index_page",
    "write_overlap_report",
    "write_patterns",
    "write_scorecard",
]

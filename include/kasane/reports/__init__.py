"""Reports for people: HTML made from one release's analysts' file."""

from kasane.reports.index_page import write_index_page
from kasane.reports.labels import load_feed_titles, load_table_titles
from kasane.reports.overlap import ReportSummary, write_overlap_report

__all__ = ["ReportSummary", "load_feed_titles", "load_table_titles", "write_index_page", "write_overlap_report"]

"""Reports for people: HTML made from one release's analysts' file."""

from kasane.reports.labels import load_feed_titles
from kasane.reports.overlap import ReportSummary, write_overlap_report

__all__ = ["ReportSummary", "load_feed_titles", "write_overlap_report"]

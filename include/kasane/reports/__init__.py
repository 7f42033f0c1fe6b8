"""Reports for people: HTML made from one release's analysts' file."""

from kasane.reports.labels import Labels, load_labels
from kasane.reports.overlap import ReportSummary, write_overlap_report

__all__ = ["Labels", "ReportSummary", "load_labels", "write_overlap_report"]

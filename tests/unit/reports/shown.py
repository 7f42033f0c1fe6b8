"""The reading of pages under the bare name that tests beside it use; it lives in tests/support."""

from support.shown import Element, Page

__all__ = ["Element", "Page"]

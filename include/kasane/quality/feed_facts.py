"""All that the pages say of one table of a feed, and the few questions that they ask of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kasane.quality.outcomes import FileOutcome

Labels = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class FeedFacts:
    """One table: of a feed that delivers several, or the feed itself.

    ``files`` newest first; ``results`` as stored by ``store_batch_results``; labels and remedies by code.
    """

    table: str
    files: Sequence[FileOutcome]
    results: Mapping[str, Any]
    reasons: Labels
    warnings: Labels

    @property
    def feed(self) -> str:
        """The feed that the table belongs to."""
        return self.files[0].feed if self.files else str(self.results.get("feed", self.table))

    @property
    def title(self) -> str:
        """The table's Japanese name, the feed's before it."""
        return str(self.results.get("title", self.table))

    @property
    def feed_title(self) -> str:
        """The feed's Japanese name."""
        return str(self.results.get("feed_title", self.feed))

    @property
    def in_force(self) -> list[FileOutcome]:
        """The files that count, newest first."""
        return [each for each in self.files if each.is_in_force]

    @property
    def latest(self) -> list[FileOutcome]:
        """The files in force at the newest base date: one, or one a part."""
        counting = self.in_force
        return [each for each in counting if each.base_date == counting[0].base_date]

    @property
    def open_refusals(self) -> list[FileOutcome]:
        """Refused files that no later file of the same part has made good; those without a date stay open."""
        return [each for each in self.files if each.status == "refused" and not self._is_made_good(each)]

    def _is_made_good(self, refused: FileOutcome) -> bool:
        if refused.base_date is None:
            return False
        wanted = (refused.base_date, refused.sequence or 0)
        return any(
            good.part == refused.part and good.base_date and (good.base_date, good.sequence or 0) >= wanted
            for good in self.in_force
        )

    def numbers(self, file: FileOutcome) -> Mapping[str, float | None]:
        """What was observed of a file, by check; empty where it was not judged."""
        found: Mapping[str, float | None] = self._judged(file).get("observed", {})
        return found

    def broken(self, file: FileOutcome) -> list[str]:
        """The names of the checks that a file does not pass."""
        return list(self._judged(file).get("failed", ()))

    def check_title(self, name: str) -> str:
        """A check's Japanese name."""
        titles = {check["name"]: str(check["title"]) for check in self.results.get("checks", ())}
        return titles.get(name, name)

    def reason(self, file: FileOutcome) -> tuple[str, str, str]:
        """Why a file was refused: label, remedy, and the sentence where there is one."""
        code = file.reason_code or file.reason or ""
        label, remedy = self.reasons.get(code, (code or "理由不明", ""))
        return label, remedy, "" if file.reason in (None, code, label) else str(file.reason)

    def quarantined(self, files: Sequence[FileOutcome]) -> Counter[str]:
        """Rows in quarantine by reason code."""
        return sum((Counter(each.quarantine_by_code) for each in files), Counter())

    def warned(self, files: Sequence[FileOutcome]) -> Counter[str]:
        """Doubtful values by warning code."""
        return sum((Counter(each.warnings_by_code) for each in files), Counter())

    def _judged(self, file: FileOutcome) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.results.get("deliveries", {}).get(file.delivery_id, {})
        return found

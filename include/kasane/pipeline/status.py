"""What ``kasane status`` tells: feeds, deliveries, the release in force."""

from __future__ import annotations

from dataclasses import dataclass

from kasane.contracts import by_feed
from kasane.contracts.delivery import Delivery
from kasane.pipeline.state import load_ledger
from kasane.publish.disclosure.withheld import withheld_line
from kasane.publish.release import current_release
from kasane.settings import Settings


@dataclass(frozen=True)
class DeliveryLine:
    """One delivered file as an operator needs it: whole names and hashes, ready for ``kasane accept``."""

    file_name: str
    base_date: str
    sha256: str
    status: str
    reason: str

    def line(self) -> str:
        """One line, however wide the terminal."""
        return f"{self.status:<8}  {self.base_date:<10}  {self.sha256}  {self.file_name}  {self.reason}".rstrip()


@dataclass(frozen=True)
class Status:
    """Rows of text for people; no name or number of a person is among them."""

    feeds: list[tuple[str, ...]]
    deliveries: list[DeliveryLine]
    release: str
    published: str


def load_status(settings: Settings) -> Status:
    """The state of the data directory."""
    state = load_ledger(settings)
    release = current_release(settings.data)
    return Status(
        feeds=[
            _feed_row(feed, [delivery for delivery in state.deliveries if delivery.feed == feed], feed in state.unused)
            for feed in by_feed(state.contracts)
        ],
        deliveries=[_delivery_line(delivery) for delivery in state.deliveries],
        release=f"release in force: {release.release_id}" if release else "there is no release yet",
        published=withheld_line(release) if release else "",
    )


def _feed_row(feed: str, deliveries: list[Delivery], is_unused: bool) -> tuple[str, ...]:
    if is_unused:
        return (feed, "not used", "", "", "", "", "")
    in_force = [delivery.base_date for delivery in deliveries if delivery.in_force and delivery.base_date]
    statuses = [delivery.status for delivery in deliveries]
    return (
        feed,
        str(max(in_force)) if in_force else "-",
        str(len(deliveries)),
        *(str(statuses.count(status)) for status in ("accepted", "refused", "skipped")),
        str(sum(delivery.rows_quarantined for delivery in deliveries)),
    )


def _delivery_line(delivery: Delivery) -> DeliveryLine:
    return DeliveryLine(
        delivery.file_name,
        str(delivery.base_date or "-"),
        delivery.sha256[:12],
        delivery.status,
        f"{delivery.reason_code}: {delivery.reason}" if delivery.reason_code else "",
    )

"""Great Expectations on every batch that no verdict stands for; a batch is never in force unjudged."""

from __future__ import annotations

from kasane.contracts.model import Contract
from kasane.contracts.municipality import contracts_in_use
from kasane.extract import ledger
from kasane.pipeline.state import load_ledger
from kasane.quality import judge_batches
from kasane.settings import Settings


def judge_feed(settings: Settings, contract: Contract) -> None:
    """Judge the batches of one table; those that have a verdict by the same suite are not judged again."""
    manifests = [each for each in ledger.load_manifests(settings.data, contract) if each.refusal is None]
    folders = {each.delivery_id: settings.data.lake / each.table / each.delivery_id for each in manifests}
    changes = {
        delivery.delivery_id: delivery.row_change
        for delivery in load_ledger(settings, contract.feed).deliveries
        if delivery.table == contract.table
    }
    judge_batches(contract, folders, changes, settings.data.quality)


def judge_all(settings: Settings) -> None:
    """Judge what a run that was killed between reading and judging left behind."""
    for contract in contracts_in_use(settings).values():
        judge_feed(settings, contract)

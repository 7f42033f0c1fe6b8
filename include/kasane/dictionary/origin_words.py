"""Where values come of, in the words of the offices: 住民記録（生年月日）、台帳、定めた表 kpi."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kasane.contracts.columns import lake_columns
from kasane.contracts.model import Contract
from kasane.dictionary.entries import meaning_of

LEDGER, LINK, SEEDS = "ledger", "link", "seeds"
_OWN = {LEDGER: "届いたファイルの台帳", LINK: "名寄せの結果", SEEDS: "定めた表"}


class OriginWords:
    """Words for tables and fields, from the contracts in force."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        feeds = {contract.feed: contract.title for contract in contracts.values()}
        self._titles = feeds | {table: contract.full_title for table, contract in contracts.items()}
        self._feeds = {table: contract.title for table, contract in contracts.items()}
        self._fields = {
            (table, name): words for table, contract in contracts.items() for name, words in _fields(contract)
        }

    def feeds(self, rests_on: Iterable[str]) -> list[str]:
        """The titles of the feeds whose tables a relation rests on, each once, our own (台帳, 名寄せ) last."""
        ordered = sorted(rests_on, key=lambda each: (each in _OWN, each))
        return list(dict.fromkeys(self._feeds.get(each) or self._title(each) for each in ordered))

    def fields(self, made_of: Sequence[str]) -> list[str]:
        """A text a table, with the headings that its fields arrive under; the ledger only where nothing else is."""
        grouped: dict[str, list[str]] = {}
        for each in made_of:
            table, _, name = each.partition(".")
            grouped.setdefault(table, []).append(name)
        if set(grouped) - {LEDGER}:
            grouped.pop(LEDGER, None)
        order = sorted(grouped, key=lambda table: (table == SEEDS, table in _OWN, table))
        return [self._group(table, grouped[table]) for table in order]

    def _group(self, table: str, names: Sequence[str]) -> str:
        if table in (LEDGER, LINK):
            return _OWN[table]
        if table == SEEDS:
            return f"{_OWN[SEEDS]}（{'・'.join(names)}）"
        return f"{self._title(table)}（{'・'.join(self._fields.get((table, name), name) for name in names)}）"

    def _title(self, table: str) -> str:
        return _OWN.get(table) or self._titles.get(table, table)


def _fields(contract: Contract) -> Iterable[tuple[str, str]]:
    by_name = contract.by_name
    # A column of a database is called by its English name there.
    is_told = contract.connector == "files"
    yield from ((name, field.source if is_told else _head(field.description)) for name, field in by_name.items())
    added = (column for column in lake_columns(contract) if column.name not in by_name)
    yield from ((column.name, _added(column.name, column.description)) for column in added)


def _added(name: str, description: str) -> str:
    """What the reader adds to a record: a match key, the file that it came in."""
    return "記録の鍵" if name == "record_key" else _head(description)


def _head(description: str) -> str:
    return meaning_of(description).head

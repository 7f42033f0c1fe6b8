"""One person by 宛名番号 or person_id: the records, numbers and deliveries that are about them. Restricted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from kasane.contracts import load_contracts
from kasane.errors import KasaneError, Problem
from kasane.pipeline.build_file import open_build_file
from kasane.pipeline.link_records import REGISTER_FEED
from kasane.settings import Settings
from kasane.sql import identifier, literal


@dataclass(frozen=True)
class Person:
    """What is linked to one person. ``roles``: feed, role and record key; ``deliveries``: feed, file name and rows."""

    person_id: str
    surrogate: str
    roles: Sequence[tuple[str, str, str]]
    deliveries: Sequence[tuple[str, str, int]]

    @property
    def records(self) -> list[tuple[str, str]]:
        """Feed and record key of every record."""
        return sorted({(feed, key) for feed, _, key in self.roles})

    @property
    def numbers(self) -> list[str]:
        """The person's municipal numbers by the register."""
        return [key for feed, key in self.records if feed == REGISTER_FEED]


def find_person(settings: Settings, person: str) -> Person:
    """The person of a 宛名番号 of the register or of a person_id; raises KasaneError where there is none."""
    if not settings.data.build_file.exists():
        where = str(settings.data.build_file)
        raise KasaneError(Problem("no records are linked yet", "run `kasane build` first", where))
    with open_build_file(settings.data, read_only=True) as connection:
        rows = connection.execute(
            "select distinct surrogate, person_id from link.person_link"
            " where person_id = $person or surrogate = $anchor or (feed = $feed and record_key = $person)",
            {"person": person, "anchor": f"{REGISTER_FEED}|{person}", "feed": REGISTER_FEED},
        ).fetchall()
        if len(rows) != 1:
            # The number itself is not repeated: messages go to logs.
            what = "nobody in the warehouse has this 宛名番号 or person_id"
            raise KasaneError(Problem(what, "check it; a number is written in full, with its leading zeros"))
        surrogate, person_id = rows[0]
        roles = connection.execute(
            "select distinct feed, role, record_key from link.person_link where surrogate = ? order by all", [surrogate]
        ).fetchall()
        anchor = surrogate.removeprefix(f"{REGISTER_FEED}|")
        if surrogate.startswith(f"{REGISTER_FEED}|") and not any(feed == REGISTER_FEED for feed, _, _ in roles):
            roles = [(REGISTER_FEED, "subject", anchor), *roles]
        deliveries = _deliveries(connection, settings, roles)
    return Person(person_id, surrogate, roles, deliveries)


def _deliveries(
    connection: duckdb.DuckDBPyConnection, settings: Settings, roles: Sequence[tuple[str, str, str]]
) -> list[tuple[str, str, int]]:
    """Every delivery in the lake, in force or not, that holds one of the records."""
    found: list[tuple[str, str, int]] = []
    for table, contract in load_contracts(settings.contract_dirs).items():
        keys = sorted({key for feed, _, key in roles if feed == contract.feed})
        files = sorted((settings.data.lake / table).glob("*/rows.parquet"))
        if not keys or not files or not contract.people:
            continue
        listed = ", ".join(literal(str(file)) for file in files)
        wanted = ", ".join(literal(key) for key in keys)
        found += connection.execute(
            f"select {literal(contract.feed)}, file_name, count(*)"
            f" from read_parquet([{listed}]) as rows join ledger.delivery using (delivery_id)"
            f" where {identifier('record_key')} in ({wanted}) group by all order by all"
        ).fetchall()
    return found

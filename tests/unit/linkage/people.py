"""A small linkage spec and small tables of people, for stories."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from kasane.linkage import DECISION_SCHEMA, Weights, link, parse_spec
from kasane.linkage.spec import Spec
from kasane.linkage.weights import Chance

COLUMNS = ("record_id", "source", "since", "number", "given", "family", "born", "address")

SPEC: dict[str, Any] = {
    "records": {"id": "record_id", "source": "source", "order": "since"},
    "register": "register",
    "identifier": {"column": "number", "contradicted": {"at_least": 2, "of": {"given": ["other"], "born": ["other"]}}},
    "blocking": {"rules": [["born"], ["given"], ["address"]]},
    "comparisons": {
        "given": {
            "missing": ["given"],
            "levels": [
                {"label": "same", "when": {"given": "equal"}},
                {"label": "near", "when": {"given": {"damerau": 1}}},
            ],
        },
        "household": {
            "levels": [
                {"label": "both", "when": {"family": "equal", "address": "equal"}},
                {"label": "address", "when": {"address": "equal"}},
                {"label": "family", "when": {"family": "equal"}},
                {"label": "unknown", "when": [{"family": "missing"}, {"address": "missing"}]},
            ]
        },
        "born": {"missing": ["born"], "levels": [{"label": "same", "when": {"born": "equal"}}]},
    },
    "deterministic": {"given": ["same"], "born": ["same"], "household": ["both"]},
    "vetoes": [
        {"name": "given_unlike", "when": {"given": ["other"]}},
        {"name": "born_unlike", "when": {"born": ["other"]}},
        {"name": "given_missing", "when": {"given": ["missing"], "born": ["missing", "other"]}},
    ],
    "thresholds": {"link": 0.99, "review": 0.5, "rival_bits": 3},
}

WEIGHTS = Weights(
    {
        "given": {"same": Chance(0.9, 0.01), "near": Chance(0.05, 0.01), "other": Chance(0.05, 0.98)},
        "household": {
            "both": Chance(0.6, 0.001),
            "address": Chance(0.05, 0.001),
            "family": Chance(0.2, 0.01),
            "unknown": Chance(0.1, 0.1),
            "other": Chance(0.05, 0.888),
        },
        "born": {"same": Chance(0.9, 0.0001), "other": Chance(0.1, 0.9999)},
    },
    matches_a_record=0.9,
)


class Found:
    """What a run said."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        rows = connection.execute("select record_id, person_id, method, probability from linkage_link").fetchall()
        self.person = {record: person for record, person, _, _ in rows}
        self.method = {record: method for record, _, method, _ in rows}
        self.probability = {record: probability for record, _, _, probability in rows}
        self.reviews = {
            (left, right): reason
            for left, right, reason in connection.execute(
                "select left_record_id, right_record_id, reason from linkage_review"
            ).fetchall()
        }


def spec(**changed: Any) -> Spec:
    """The spec, with some keys replaced."""
    return parse_spec({**SPEC, **changed}, "spec.yml")


def find(people: str, decisions: tuple[tuple[str, str, str], ...] = (), used: Spec | None = None) -> Found:
    """Link people told a line each: record_id source since number given family born address, ``-`` for unknown."""
    rows = [[None if cell == "-" else cell for cell in line.split()] for line in people.splitlines() if line.strip()]
    table = pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(COLUMNS)})
    said = pa.table([pa.array([each[i] for each in decisions], pa.string()) for i in range(3)], schema=DECISION_SCHEMA)
    with duckdb.connect() as connection:
        connection.register("people", table)
        link(connection, used or spec(), "people", WEIGHTS, said)
        return Found(connection)

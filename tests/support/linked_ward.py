"""A data directory whose people are told as clusters of records: links, the key ledger, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

from kasane.pipeline import key_ledger
from kasane.pipeline.build_file import open_build_file
from kasane.settings import DataPaths, Settings

KEY = b"k" * 32
ONE, TWO = "jumin|subject|1", "jumin|subject|2"
A, B, C, D = (f"konkyu|subject|{letter}" for letter in "ABCD")
# B is the oldest of the records without a number.
FIRST_TOLD = {ONE: 9, TWO: 9, A: 2, B: 1, C: 3, D: 4}
# What a redirect is: where it leads, why, and since which release.
Redirects = dict[str, tuple[str | None, str, str]]


def surrogate(cluster: list[str]) -> str:
    """As the design has it: the register's number, else the record of earliest base date."""
    registered = [record.replace("subject|", "") for record in cluster if record.startswith("jumin")]
    return registered[0] if registered else min(cluster, key=lambda record: (FIRST_TOLD[record], record))


class Ward:
    """A data directory whose people are told as clusters of record ids."""

    def __init__(self, root: Any) -> None:
        self.paths = DataPaths(root)
        self.settings = Settings(self.paths, None, None, root / "pseudonym.key")
        root.mkdir(parents=True, exist_ok=True)
        (root / "pseudonym.key").write_text(KEY.hex(), encoding="ascii")

    def link(self, release_id: str, *clusters: list[str]) -> Redirects:
        """The link step alone: what would be published."""
        rows = [(*record.split("|"), surrogate(cluster), record) for cluster in clusters for record in cluster]
        with open_build_file(self.paths) as db:
            db.execute("create schema if not exists link")
            columns = "(feed varchar, role varchar, record_key varchar, surrogate varchar)"
            db.execute(f"create or replace table link.person_link {columns}")
            db.execute(f"create or replace table link.record {columns[:-1]}, record_id varchar, first_base_date date)")
            db.executemany("insert into link.person_link values (?, ?, ?, ?)", [row[:4] for row in rows])
            told = [(*row, date(2025, 4, FIRST_TOLD[row[4]])) for row in rows]
            db.executemany("insert into link.record values (?, ?, ?, ?, ?, ?)", told)
            key_ledger.note_pending(db, self.paths, release_id, KEY)
            found = db.execute("select retired_surrogate, surrogate, reason, since_release from link.person_redirect")
            return {retired: (now, reason, since) for retired, now, reason, since in found.fetchall()}

    def publish(self, release_id: str, *clusters: list[str]) -> Redirects:
        """Link and publish."""
        redirects = self.link(release_id, *clusters)
        key_ledger.commit_pending(self.paths, release_id)
        return redirects

    def files(self) -> list[str]:
        return sorted(path.name for path in self.paths.key_ledger.iterdir())

    def ids(self) -> list[tuple[str, str | None]]:
        with open_build_file(self.paths, read_only=True) as db:
            return db.execute("select retired_person_id, person_id from link.person_redirect").fetchall()

    def pending(self) -> int:
        with open_build_file(self.paths, read_only=True) as db:
            (count,) = db.execute("select count(*) from link.key_ledger_pending").fetchone() or (0,)
            return int(count)

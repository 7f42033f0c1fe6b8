"""Train the weights of the municipal linkage spec on invented wards, whose answer keys say whose each record is.

    python scripts/train_linkage.py --ward DATA TRUTH [--ward DATA TRUTH …] --out FILE.json

DATA is a data directory into which a ward's extracts were taken (`kasane ingest`), TRUTH the ward's folder truth/. How
offices write people (m) is counted over the records without number and their persons; chance (u) comes from random
pairs. Look at what is printed, and at the scores of other wards, before the file is committed: it is an approved
training (docs/adr/0029).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import duckdb

from kasane.contracts import load_contracts
from kasane.linkage.prepare import prepare
from kasane.linkage.training import train_from_labels
from kasane.linkage.weights import Weights
from kasane.pipeline.link_files import load_spec
from kasane.pipeline.link_ledger import write_ledger
from kasane.pipeline.link_persons import linkage_spec_file
from kasane.pipeline.link_records import write_records
from kasane.pipeline.state import load_ledger
from kasane.settings import load_settings
from kasane.sql import literal


def records_of(data: Path, truth: Path, ward: int, out: Path) -> None:
    """Write one ward's ``link.record`` with the true person of each record, its ids apart from other wards'."""
    settings = load_settings(data)
    state = load_ledger(settings)
    with duckdb.connect() as connection:
        write_ledger(connection, settings, state)
        write_records(connection, load_contracts(settings.contract_dirs))
        key = literal(str(truth / "person_link.parquet"))
        connection.execute(
            f"""
            copy (
                select record.* replace ({ward} || record_id as record_id, {ward} || number as number),
                    {ward} || '|' || key.true_person as person, key.has_number
                from link.record as record
                left join read_parquet({key}) as key
                    on record.feed = key.feed and record.record_key = key.record_key and record.role = 'subject'
            ) to {literal(str(out))} (format parquet)
            """
        )


def trained(files: list[Path], note: str) -> Weights:
    """Weights over all wards together."""
    spec, _ = load_spec(linkage_spec_file(load_settings()), with_weights=False)
    listed = ", ".join(literal(str(file)) for file in files)
    with duckdb.connect() as connection:
        connection.execute(f"create temp table person_record as from read_parquet([{listed}])")
        lists = prepare(connection, spec, "person_record")
        connection.execute(
            """
            create temp table known_pair as
            select l.i as a, r.i as b
            from person_record as record
            join person_record as row_of on record.person = row_of.person and row_of.feed = 'jumin'
            join linkage_record as l on record.record_id = l.id
            join linkage_record as r on row_of.record_id = r.id
            where record.feed <> 'jumin' and not record.has_number
            """
        )
        return train_from_labels(connection, spec, lists, "known_pair", note)


def main() -> None:
    """Train and show each level's m, u and bits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ward", nargs=2, type=Path, action="append", required=True, metavar=("DATA", "TRUTH"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--note", default="invented wards")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{place}.parquet" for place in range(len(told.ward))]
        for place, (data, truth) in enumerate(told.ward):
            records_of(data, truth, place, files[place])
        weights = trained(files, told.note)
    told.out.write_text(json.dumps(weights.as_json(), indent=1) + "\n", encoding="utf-8")
    for name, levels in weights.levels.items():
        for label, chance in levels.items():
            print(f"{name:10} {label:22} m {chance.m:.5f} u {chance.u:.7f} {chance.bits:6.1f} bits")


if __name__ == "__main__":
    main()

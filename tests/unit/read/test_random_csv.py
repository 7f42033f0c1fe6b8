"""Random CSV against Python's csv module: the same fields, on the same lines, whatever the block size."""

from __future__ import annotations

import csv
import io
import random

import pyarrow as pa
import pytest

from kasane.read import blocks
from kasane.read.csv_reader import csv_frame, read_csv

from .support import CONTRACTS

CONTRACT = CONTRACTS["seiho"]
PIECES = ["a", '"', ",", "\n", "\r\n", "ソ", "表", "\ue000", " ", "", "ｱ", "\x1f"]
Record = tuple[int, list[str], str]


def _record(draw: random.Random) -> list[str]:
    texts = ["".join(draw.choices(PIECES, k=draw.randint(0, 4))) for _ in CONTRACT.fields]
    return ["x" + texts[0], *texts[1:]]


def _file(draw: random.Random) -> tuple[str, list[Record]]:
    """Text of a file, and the line, fields and text of its records."""
    quoting, line_end = draw.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]), draw.choice(["\n", "\r\n"])
    text, records = "", []
    for _ in range(draw.randint(1, 12)):
        if draw.random() < 0.2:
            text += line_end
        record, written = _record(draw), io.StringIO(newline="")
        csv.writer(written, quoting=quoting, lineterminator=line_end).writerow(record)
        records.append((text.count("\n") + 1, record, written.getvalue().rstrip("\r\n")))
        text += written.getvalue()
    return text + draw.choice(["", "\x1a", line_end]), records


def _read(text: str) -> list[Record]:
    found: list[Record] = []
    for batch in read_csv(io.BytesIO(text.encode("cp932")), CONTRACT, csv_frame(CONTRACT)):
        columns = [batch.fields[field.name].to_pylist() for field in CONTRACT.fields]
        fields = [list(values) for values in zip(*columns, strict=True)]
        raw = batch.raw(pa.array(range(len(batch)))).to_pylist()
        found += zip(batch.lines.tolist(), fields, raw, strict=True)
    return found


@pytest.mark.parametrize("block_bytes", [1, 5, 64, 1_000_000])
def test_random_files_read_as_csv_says(monkeypatch: pytest.MonkeyPatch, block_bytes: int) -> None:
    monkeypatch.setattr(blocks, "BLOCK_BYTES", block_bytes)
    for seed in range(60):
        text, records = _file(random.Random(seed))
        assert _read(text) == records, seed

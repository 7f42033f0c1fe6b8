"""``kasane review``: the queue out to a reviewer, decisions back in, and the un-merge of two people made one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from kasane.contracts.list_policy import ListBasis, load_list_bases
from kasane.errors import KasaneError, Problem
from kasane.linkage.decisions import WantedDecision, ordered
from kasane.pipeline.audit import note_review, user_name
from kasane.pipeline.build_file import open_build_file
from kasane.pipeline.link_decisions import record_link_decisions
from kasane.pipeline.list_log import ListNote, write_noted
from kasane.pipeline.municipality import municipality_name
from kasane.pipeline.review_import import read_reviewed
from kasane.pipeline.review_queue import count_queue, load_queue, require_links, word_labels
from kasane.publish.release import current_release
from kasane.reports.review_page import render_review_page
from kasane.reports.review_sheet import csv_bytes, xlsx_bytes
from kasane.settings import DataPaths, Settings

_SHEETS = {".csv": csv_bytes, ".xlsx": xlsx_bytes}
_PURPOSE = "名寄せの確認"
REVIEW_LIST = "review"


def export_queue(settings: Settings, out: Path) -> int:
    """Write every open pair to a CSV or XLSX file that its owner alone can read, and say how many they are.

    The file is restricted; that it was written goes into the audit log first. Raises KasaneError.
    """
    made = _SHEETS.get(out.suffix.lower())
    if made is None:
        raise KasaneError(Problem("the file's name ends otherwise than .csv and .xlsx", "name one of them", str(out)))
    queue = load_queue(settings)
    _write(settings, out, made(queue, word_labels(settings)), queue.num_rows, "export")
    return int(queue.num_rows)


def write_page(settings: Settings, out: Path, limit: int) -> int:
    """Write the page of the ``limit`` pairs that wait longest, for its owner alone; how many they are. KasaneError."""
    queue = load_queue(settings, limit)
    release = current_release(settings.data)
    page = render_review_page(
        queue,
        word_labels(settings),
        sum(each.pairs for each in count_queue(settings)),
        municipality_name(settings),
        release.release_id if release else "",
    )
    _write(settings, out, page.encode(), queue.num_rows, "page")
    return int(queue.num_rows)


def import_decisions(settings: Settings, file: Path, by: str) -> int:
    """Record what is decided in a reviewed file, all or nothing; how many pairs changed. KasaneError with all lines."""
    wanted = read_reviewed(file, _queued_pairs(settings.data))
    return record_link_decisions(settings.data, wanted, by, "import")


def decide(settings: Settings, left: str, right: str, decision: str, by: str, reason: str) -> int:
    """Record one decision; 0 where it stood so already. Raises KasaneError."""
    return record_link_decisions(settings.data, [WantedDecision(left, right, decision, reason)], by, "decide")


def _queued_pairs(paths: DataPaths) -> Mapping[str, tuple[str, str]]:
    """The record ids of each pair in the queue, by its id."""
    require_links(paths)
    with open_build_file(paths, read_only=True) as connection:
        rows = connection.execute("select pair_id, left_record_id, right_record_id from link.review_pair").fetchall()
    return {pair_id: ordered(left, right) for pair_id, left, right in rows}


def _write(settings: Settings, out: Path, content: bytes, pairs: int, what: str) -> None:
    if out.is_dir() or not out.parent.is_dir():
        raise KasaneError(Problem("there is no such folder to write to", "name a file in a folder", str(out)))
    note_review(settings.data, what, pairs, file=out.name)
    release = current_release(settings.data)
    basis, days = review_terms(load_list_bases(settings.seed_dirs))
    note = ListNote(
        *("review", secrets.token_hex(6), what, _PURPOSE, basis, user_name(), date.today() + timedelta(days=days)),
        release_id=release.release_id if release else "",
    )
    write_noted(settings.data, out, content, note, {})


def review_terms(bases: Mapping[str, ListBasis]) -> tuple[str, int]:
    """The basis that the review queue rests on and the days that its file may be kept. Raises KasaneError."""
    for code, basis in bases.items():
        if REVIEW_LIST in basis.lists:
            return code, basis.days_most
    remedy = f"name {REVIEW_LIST} among the lists of a row of seeds/policy/list_basis.csv"
    raise KasaneError(Problem("the review queue rests on no legal basis", remedy))

"""Every number on the quality pages of a release, compared with what the release's tables say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from kasane.quality.sparkline import HEIGHT, MARGIN, WIDTH
from support.quality_answers import Answer, Release, Series
from support.quality_answers_feed import list_answers, table_answers
from support.quality_answers_link import linkage_answers
from support.quality_answers_office import office_answers, offices_answers, owners
from support.quality_shown import Block, Chart, shown_blocks

_HALF_PIXEL = 0.06


def assert_page(html: str, answers: Sequence[Answer]) -> int:
    """Each block with a number is what was expected in its place, and none is missing; how many numbers that was."""
    shown, wanted = shown_blocks(html), [each for each in answers if _has_number(each)]
    for block, answer in zip(shown, wanted, strict=False):
        _assert_block(block, answer)
    assert len(shown) == len(wanted), [block.rows for block in shown[len(wanted) :]] or wanted[len(shown) :]
    return sum(len(_numbers(block.rows)) for block in shown)


def _numbers(rows: Sequence[tuple[str, ...]]) -> list[str]:
    return [number for row in rows for cell in row for number in re.findall(r"\d[\d,.]*", cell)]


def _assert_block(block: Block, answer: Answer) -> None:
    words = len(block.rows) - len(answer.rows) if answer.named else 0
    assert (block.kind, block.rows[words:]) == (answer.kind, answer.rows)
    assert set(_numbers(block.rows[:words])) <= answer.named
    assert len(block.charts) == len(answer.charts)
    for chart, series in zip(block.charts, answer.charts, strict=True):
        _assert_chart(chart, series)


def _assert_chart(chart: Chart, series: Series) -> None:
    known = [(at, value) for at, value in enumerate(series.values) if value is not None]
    levels = [value for _, value in known] + [bound for bound in series.bounds if bound is not None]
    low, span = min(levels), max(levels) - min(levels)
    assert chart.label == f"{len(known)}回分の推移"
    assert chart.marked == sum(series.broken)
    assert len(chart.points) == len(known)
    for (x, y), (at, value) in zip(chart.points, known, strict=True):
        assert abs(x - MARGIN - (WIDTH - 2 * MARGIN) * at / (len(series.values) - 1)) < _HALF_PIXEL
        height = (value - low) / span if span else 0.5
        assert abs(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * height - y) < _HALF_PIXEL


def _has_number(answer: Answer) -> bool:
    return Block(answer.kind, answer.rows).has_number or bool(answer.charts or answer.named)


def assert_quality_pages(release: Release, folder: Path) -> dict[str, int]:
    """Every page in ``folder`` is compared, none is left out; how many numbers each has."""
    answers = {"index.html": list_answers(release)}
    answers |= {f"{table}.html": table_answers(release, table) for table in release.tables}
    answers |= {"linkage.html": linkage_answers(release), "offices.html": offices_answers(release)}
    answers |= {f"office_{at}.html": office_answers(release, each) for at, each in enumerate(owners(release), start=1)}
    pages = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.html")}
    assert pages.keys() == answers.keys()
    return {name: assert_page(html, answers[name]) for name, html in pages.items()}

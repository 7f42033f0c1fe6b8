"""The dictionary as a page: everything that a reader may look up, its links, and nothing that a text could break."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from made_release import NASTY
from shown import Page

from kasane.contracts.model import Field
from kasane.dictionary.pages import Dictionary, load_dictionary
from kasane.reports import write_dictionary_page
from kasane.settings import load_settings


@pytest.fixture(scope="module")
def found() -> Dictionary:
    return load_dictionary(load_settings())


def written(found: Dictionary, folder: Path, name: str = "みほん市") -> Page:
    html = write_dictionary_page(found, load_settings(), folder, name, "202603-1a2b").read_text(encoding="utf-8")
    page = Page(html)
    assert (page.unclosed, page.mismatched) == ([], [])
    return page


def test_every_relation_column_feed_field_and_indicator_can_be_looked_up(found: Dictionary, tmp_path: Path) -> None:
    heads = {each.text for each in written(found, tmp_path).all("th")}
    columns = {column.name for relation in found.relations.values() for column in relation.columns}
    fields = {field.name for contract in found.contracts.values() for field in contract.fields}
    assert columns | fields <= heads
    assert {each.kpi_id + each.name for each in found.indicators} <= heads
    ids = {each.attrs["id"] for each in written(found, tmp_path).all("section") if "id" in each.attrs}
    assert set(found.relations) | {f"feed-{table}" for table in found.contracts} <= ids


def test_every_link_leads_to_a_part_of_the_page_or_to_the_first_page(found: Dictionary, tmp_path: Path) -> None:
    page = written(found, tmp_path)
    ids = [each.attrs["id"] for each in page.elements if "id" in each.attrs]
    assert len(ids) == len(set(ids))
    links = {each.attrs["href"] for each in page.all("a")}
    assert links - {f"#{each}" for each in ids} == {"index.html"}


def test_a_feed_says_which_reports_would_lack_it(found: Dictionary, tmp_path: Path) -> None:
    html = write_dictionary_page(found, load_settings(), tmp_path, "みほん市", "r").read_text(encoding="utf-8")
    section = html[html.index('id="feed-kenshu"') :].partition("<table")[0]
    assert 'href="#report-kpi_scorecard"' in section
    assert 'href="#marts.mart_kpi_value"' in section
    assert "marts.mart_domain_overlap" not in section


def test_texts_stay_texts_and_nothing_is_fetched(found: Dictionary, tmp_path: Path) -> None:
    contract = found.contracts["jumin"]
    nasty = contract.model_copy(update={"owner": NASTY, "fields": (_nasty(contract.fields[0]), *contract.fields[1:])})
    page = written(replace(found, contracts={**found.contracts, "jumin": nasty}), tmp_path, NASTY)
    assert page.all("img", "link", "iframe", "object") == []
    (script,) = page.all("script")
    assert "alert" not in script.text
    (policy,) = [each for each in page.all("meta") if "http-equiv" in each.attrs]
    assert policy.attrs["content"].startswith("default-src 'none'")


def _nasty(field: Field) -> Field:
    return field.model_copy(update={"source": NASTY, "description": f"{NASTY} (</td></table>)"})


def test_a_second_writing_gives_the_same_bytes(found: Dictionary, tmp_path: Path) -> None:
    written(found, tmp_path)
    first = (tmp_path / "dictionary.html").read_bytes()
    written(found, tmp_path)
    assert (tmp_path / "dictionary.html").read_bytes() == first

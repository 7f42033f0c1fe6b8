"""The data dictionary of a release as a page (データ辞書): what is shown where, what it means, where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kasane.contracts.codes import load_code_texts
from kasane.contracts.columns import secrecy_of
from kasane.contracts.model import Contract
from kasane.dictionary.entries import Exposure, Meaning, meaning_of
from kasane.dictionary.feed_pages import arrival_text, form_text, kind_text, source_text
from kasane.dictionary.models import SCHEMAS
from kasane.dictionary.origin_words import OriginWords
from kasane.dictionary.pages import Dictionary
from kasane.dictionary.relation_pages import SCHEMA_WORDS
from kasane.dictionary.report_pages import IndicatorLineage
from kasane.files import write_atomically
from kasane.reports.page import environment, resource, script_hash
from kasane.settings import Settings

DICTIONARY_PAGE = "dictionary.html"
# What reads more tables than this reads whole schemas, which are named instead.
_LISTED = 20
_KEY = Meaning("照合キー", "match key")


def write_dictionary_page(
    found: Dictionary, settings: Settings, folder: Path, municipality: str, release_id: str
) -> Path:
    """Write ``dictionary.html`` into the reports' folder: every report, indicator, table, column, feed and code list.

    It holds no figure and no record: names and meanings from contracts, models and seeds in force alone.
    """
    script = resource("dictionary.js")
    labels = {each.name: each.label for each in found.exposures}
    content = (
        environment()
        .get_template("dictionary.html.j2")
        .render(
            style=Markup(resource("index.css") + resource("dictionary.css")),
            script=Markup(script),
            script_hash=script_hash(script),
            municipality=municipality,
            release_id=release_id,
            reports=[_report(each, found) for each in found.exposures],
            indicators=[_indicator(each, found) for each in found.indicators],
            schemas=[(name, SCHEMA_WORDS[name], _relations(name, found, labels)) for name in SCHEMAS],
            feeds=[_feed(contract, found) for contract in found.contracts.values()],
            codes=_code_lists(found, settings),
        )
    )
    page = folder / DICTIONARY_PAGE
    write_atomically(page, content.encode())
    return page


def _report(exposure: Exposure, found: Dictionary) -> dict[str, Any]:
    reads = [found.relations[name] for name in exposure.reads if name in found.relations]
    words = found.words
    is_all = len(reads) > _LISTED
    feeds = {table for relation in reads for table in relation.rests_on}
    return {
        "of": exposure,
        "is_all": is_all,
        "reads": [(relation, words.feeds(relation.rests_on)) for relation in reads],
        "feeds": words.feeds(feeds),
    }


def _indicator(indicator: IndicatorLineage, found: Dictionary) -> dict[str, Any]:
    words = found.words
    return {
        "of": indicator,
        "feeds": words.feeds(indicator.feeds),
        "beside": words.feeds(indicator.feeds_beside),
        "sides": [_origin(side[0], side[1], words) for side in (indicator.numerator, indicator.denominator)],
    }


def _relations(schema: str, found: Dictionary, labels: dict[str, str]) -> list[dict[str, Any]]:
    words = found.words
    return [
        {
            "of": relation,
            "feeds": words.feeds(relation.rests_on),
            "shown_in": [(name, labels[name]) for name in relation.shown_in],
            "columns": [(column, _origin(column.made_of, column.decided_by, words)) for column in relation.columns],
        }
        for relation in found.relations.values()
        if relation.schema == schema
    ]


def _origin(made_of: Sequence[str], decided_by: Sequence[str], words: OriginWords) -> dict[str, Any]:
    """The fields of a column's values, a text a table; and those that decide what it says, with how many they are."""
    return {"made_of": words.fields(made_of), "decided_by": words.fields(decided_by), "count": len(decided_by)}


def _feed(contract: Contract, found: Dictionary) -> dict[str, Any]:
    resting = [each for each in found.relations.values() if contract.table in each.rests_on]
    shown_in = {name for relation in resting for name in relation.shown_in}
    fields = [
        (field.name, source_text(field), kind_text(field), field.secrecy, meaning_of(field.description))
        for field in contract.fields
    ]
    made = [
        (each.name, "（作る列）", each.by, secrecy_of(contract, each.from_), _derived(each.description))
        for each in contract.derive
    ]
    return {
        "of": contract,
        "meaning": meaning_of(contract.description),
        "arrival": arrival_text(contract),
        "form": form_text(contract),
        "key": "、".join(contract.by_name[name].source for name in contract.record_key),
        "fields": fields + made,
        "resting": [each.full_name for each in resting],
        "shown_in": [(each.name, each.label) for each in found.exposures if each.name in shown_in],
    }


def _derived(description: str | None) -> Meaning:
    return meaning_of(description) if description else _KEY


def _code_lists(found: Dictionary, settings: Settings) -> list[tuple[str, Any]]:
    used = {field.codes for contract in found.contracts.values() for field in contract.fields if field.codes}
    return [(name, load_code_texts(settings.seed_dirs, name)) for name in sorted(used)]

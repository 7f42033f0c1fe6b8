"""Every page of the dictionary below docs/, from the repository's own contracts, models, seeds and lineage."""

from __future__ import annotations

from dataclasses import dataclass

from kasane.contracts import load_contracts
from kasane.contracts.model import Contract
from kasane.dictionary.entries import Exposure, Relation
from kasane.dictionary.feed_pages import render_feeds
from kasane.dictionary.models import SCHEMAS, load_exposures, load_relations
from kasane.dictionary.origin_words import OriginWords
from kasane.dictionary.origins import load_origins
from kasane.dictionary.relation_pages import render_index, render_schema
from kasane.dictionary.report_pages import IndicatorLineage, load_indicators, render_reports
from kasane.settings import PROJECT_ROOT, DataPaths, Settings

DOCS = PROJECT_ROOT / "docs"


@dataclass(frozen=True)
class Dictionary:
    """All that the dictionary knows, under one municipality's configuration."""

    contracts: dict[str, Contract]
    relations: dict[str, Relation]
    exposures: list[Exposure]
    indicators: list[IndicatorLineage]

    @property
    def words(self) -> OriginWords:
        """How its feeds and fields are called."""
        return OriginWords(self.contracts)


def load_dictionary(settings: Settings) -> Dictionary:
    """Read contracts, models, exposures, lineage and the seed of indicators; raises ContractError."""
    origins, exposures = load_origins(), load_exposures()
    contracts = dict(sorted(load_contracts(settings.contract_dirs).items()))
    return Dictionary(contracts, load_relations(origins, exposures), exposures, load_indicators(settings, origins))


def render_pages() -> dict[str, str]:
    """Content by path below docs/, under no municipality's configuration."""
    found = load_dictionary(Settings(DataPaths(PROJECT_ROOT / "data"), None, None, None))
    relations, words = list(found.relations.values()), found.words
    titles = {table: contract.full_title for table, contract in found.contracts.items()}
    return {
        "data_dictionary.md": render_index(relations, titles),
        "dictionary/feeds.md": render_feeds(found.contracts),
        **{f"dictionary/{each}.md": render_schema(each, relations, found.exposures, words) for each in SCHEMAS},
        "dictionary/reports.md": render_reports(found.exposures, found.relations, found.indicators, words),
    }

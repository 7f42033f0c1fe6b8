"""What the pages say of patterns: labels and rules as the seeds have them, and what a tier means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kasane.contracts.codes import Threshold, load_policy_table, load_thresholds
from kasane.reports.labels import load_source_titles
from kasane.settings import Settings


@dataclass(frozen=True)
class TierKind:
    """A tier's word, and what it says and does not say."""

    word: str
    meaning: str


TIER_KINDS: Final = {
    "structural": TierKind(
        "構造",
        "だれが住んでいるか、記録にどんな接点があるかだけを言います。困りごとがあるとは言いません。支援の要否は分かりません。",
    ),
    "suspected": TierKind(
        "相談の記録", "関係する相談や課題の記録がある世帯です。その問題があると名指した記録ではありません。"
    ),
    "confirmed": TierKind(
        "名指した記録",
        "相談・アセスメントの記録がその問題を名指した世帯です。相談のない世帯は入らないので、地域にある数より少なく、"
        "相談を受けるほど増えます。",
    ),
}
UNITS: Final = {"years": "歳", "days": "日", "people": "人", "points": "点"}


@dataclass(frozen=True)
class Tier:
    """A tier of a pattern with its careful label and its rule in words (seeds/policy/pattern.csv)."""

    pattern: str
    tier: str
    label: str
    description: str

    @property
    def key(self) -> tuple[str, str]:
        """What names the tier in the marts."""
        return self.pattern, self.tier

    @property
    def kind(self) -> TierKind:
        """What kind of tier it is; an unknown one is shown by its own name."""
        return TIER_KINDS.get(self.tier) or TierKind(self.tier, "")


@dataclass(frozen=True)
class PatternWording:
    """Tiers in the order of the seed, the titles of feeds and tables, and the thresholds that the pages name."""

    tiers: tuple[Tier, ...]
    source_titles: Mapping[str, str]
    thresholds: Mapping[str, Threshold]

    def of_pattern(self, pattern: str) -> list[Tier]:
        """The tiers of one pattern."""
        return [tier for tier in self.tiers if tier.pattern == pattern]

    @property
    def patterns(self) -> list[str]:
        """Each pattern once, in the order of the seed."""
        return list(dict.fromkeys(tier.pattern for tier in self.tiers))

    def title(self, pattern: str) -> str:
        """A pattern is called by the labels of its tiers: a name of its own would say more than they do."""
        return " / ".join(tier.label for tier in self.of_pattern(pattern))


def load_pattern_wording(settings: Settings) -> PatternWording:
    """Wording from the seeds and contracts in force; raises ContractError."""
    columns = ("pattern", "tier", "label", "description_ja", "sort_order")
    rows = load_policy_table(settings.seed_dirs, "pattern.csv", columns)
    tiers = [
        Tier(row["pattern"], row["tier"], row["label"], row["description_ja"])
        for row in sorted(rows, key=lambda row: int(row["sort_order"]))
    ]
    return PatternWording(tuple(tiers), load_source_titles(settings.contract_dirs), load_thresholds(settings.seed_dirs))


def unit_text(unit: str) -> str:
    """The unit of a setting in Japanese; an unknown one is shown as it is."""
    return UNITS.get(unit, unit)

"""The relations that people read, as the dbt project's own YAML, doc blocks and first lines describe them.

dbt would say the same, but takes half a minute to start; the page is written with every release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from kasane.dictionary.entries import Column, Exposure, Meaning, Relation, meaning_of
from kasane.dictionary.origins import Origins
from kasane.settings import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project" / "models"
EXPOSURES_FILE = MODELS / "_exposures.yml"
SCHEMAS = ("marts", "core", "quality", "published", "restricted")
_BLOCK = re.compile(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", re.DOTALL)
_DOC = re.compile(r"{{ doc\('(\w+)'\) }}")
_ALIAS = re.compile(r"\balias='(\w+)'")
_GRAIN = re.compile(r"-- (One row an? .+)")
_REF = re.compile(r"ref\('(\w+)'\)|source\('(\w+)', '(\w+)'\)")
Yaml = Mapping[str, Any]


def load_relations(origins: Origins, exposures: Sequence[Exposure]) -> dict[str, Relation]:
    """Every relation of the zones by its full name: models, then what is written after dbt."""
    blocks = _doc_blocks()
    found = [*_models(blocks, origins), *_written_after_dbt(blocks, origins)]
    order = {schema: at for at, schema in enumerate(SCHEMAS)}
    shown = {each.full_name: tuple(e.name for e in exposures if each.full_name in e.reads) for each in found}
    ordered = sorted(found, key=lambda each: (order[each.schema], each.name))
    return {each.full_name: _replaced(each, shown[each.full_name]) for each in ordered}


def load_exposures() -> list[Exposure]:
    """What people open, as dbt's exposures say."""
    names = _full_names()
    return [_exposure(each, names) for each in _yaml(EXPOSURES_FILE)["exposures"]]


def _replaced(relation: Relation, shown_in: tuple[str, ...]) -> Relation:
    return Relation(**{**relation.__dict__, "shown_in": shown_in})


def _yaml(file: Path) -> Yaml:
    return dict(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def _doc_blocks() -> dict[str, str]:
    files = sorted(MODELS.glob("docs*.md"))
    return {name: text for file in files for name, text in _BLOCK.findall(file.read_text(encoding="utf-8"))}


def _files(schema: str) -> Iterator[Yaml]:
    return (_yaml(file) for file in sorted((MODELS / schema).glob("_*.yml")))


def _models(blocks: Mapping[str, str], origins: Origins) -> Iterator[Relation]:
    for schema in SCHEMAS:
        for content in _files(schema):
            for model in content.get("models", []):
                sql = (MODELS / schema / f"{model['name']}.sql").read_text(encoding="utf-8")
                name = _relation_name(model["name"], sql)
                yield _relation(schema, name, model, Meaning("", _english_grain(sql)), blocks, origins)


def _written_after_dbt(blocks: Mapping[str, str], origins: Origins) -> Iterator[Relation]:
    for schema in SCHEMAS:
        for content in _files(schema):
            for table in (table for source in content.get("sources", []) for table in source["tables"]):
                meta = table["config"]["meta"]
                grain, made_of = meaning_of(meta["grain"]), tuple(meta["made_of"])
                yield _relation(schema, table["name"], table, grain, blocks, origins, made_of)


def _relation(
    schema: str,
    name: str,
    described: Yaml,
    grain: Meaning,
    blocks: Mapping[str, str],
    origins: Origins,
    made_of: tuple[str, ...] = (),
) -> Relation:
    """``made_of``: of what is written after dbt, the relations that its columns of the same names come of."""
    sources = made_of or (f"{schema}.{name}",)
    meaning = _meaning(described["description"], blocks)
    columns = tuple(
        Column(
            each["name"],
            each.get("data_type", ""),
            _meaning(each["description"], blocks),
            origins.of_column(_source(sources, each["name"], origins), each["name"]),
            origins.deciding(_source(sources, each["name"], origins), each["name"]),
        )
        for each in described["columns"]
    )
    both = Meaning(grain.ja or _japanese_grain(described, columns), grain.en)
    return Relation(schema, name, meaning, both, columns, origins.of_tables(sources))


def _source(relations: Sequence[str], column: str, origins: Origins) -> str:
    """The first of the relations that has the column."""
    return next((each for each in relations if (each, column) in origins.columns), relations[0])


def _japanese_grain(described: Yaml, columns: Sequence[Column]) -> str:
    """As the YAML says it, else in the words of the columns that the test has_grain names; empty where neither does."""
    if said := described.get("config", {}).get("meta", {}).get("grain"):
        return str(said)
    heads = {each.name: each.meaning.head for each in columns}
    tests = [each["has_grain"] for each in described.get("data_tests", []) if "has_grain" in each]
    keys = "・".join(heads[name] for test in tests for name in test["arguments"]["columns"])
    return f"{keys}ごとに一行" if keys else ""


def _meaning(text: str, blocks: Mapping[str, str]) -> Meaning:
    found = _DOC.fullmatch(text.strip())
    return meaning_of(blocks[found[1]] if found else text)


def _relation_name(model: str, sql: str) -> str:
    alias = _ALIAS.search(sql)
    return alias[1] if alias else model


def _english_grain(sql: str) -> str:
    found = _GRAIN.match(sql)
    return found[1].rstrip(".") if found else ""


def _full_names() -> dict[str, str]:
    """The full name of each model of a zone, by the model's own name."""
    return {
        model["name"]: f"{schema}.{_relation_name(model['name'], sql)}"
        for schema in SCHEMAS
        for content in _files(schema)
        for model in content.get("models", [])
        for sql in [(MODELS / schema / f"{model['name']}.sql").read_text(encoding="utf-8")]
    }


def _exposure(described: Yaml, names: Mapping[str, str]) -> Exposure:
    meta = described["config"]["meta"]
    return Exposure(
        name=described["name"],
        label=described["label"],
        kind=described["type"],
        owner=described["owner"]["name"],
        meaning=meaning_of(described["description"]),
        readers=meta["readers"],
        files=tuple(meta.get("files", ())),
        code=tuple(meta.get("code", ())),
        reads=tuple(sorted(_read(each, names) for each in described["depends_on"])),
    )


def _read(reference: str, names: Mapping[str, str]) -> str:
    found = _REF.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    model, source, table = found.groups()
    return names.get(model, f"intermediate.{model}") if model else f"{source}.{table}"

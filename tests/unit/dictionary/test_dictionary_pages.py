"""The dictionary says what every field, column and relation is in both languages, and where it comes of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kasane.contracts import load_contracts
from kasane.contracts.generated import write_or_check
from kasane.dictionary.entries import Meaning, Relation, meaning_of
from kasane.dictionary.models import load_exposures, load_relations
from kasane.dictionary.origin_words import OriginWords
from kasane.dictionary.origins import Origins, load_origins, render_origins
from kasane.dictionary.pages import DOCS, render_pages
from kasane.publish.serving.plan import load_plan
from kasane.settings import load_settings

CONTRACTS = load_contracts(load_settings().contract_dirs[:1])
EXPOSURES = load_exposures()
ORIGINS = load_origins()
RELATIONS = load_relations(ORIGINS, EXPOSURES)
WORDS = OriginWords(CONTRACTS)


def test_the_committed_pages_are_those_of_contracts_models_and_lineage() -> None:
    for name, content in render_pages().items():
        write_or_check(DOCS / name, content, True, "python -m kasane.dictionary")
    known = {path.removeprefix("dictionary/") for path in render_pages()}
    assert {file.name for file in (DOCS / "dictionary").iterdir()} <= known


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda each: each.full_name)
def test_a_relation_and_its_columns_say_what_they_are_in_both_languages(relation: Relation) -> None:
    assert not relation.meaning.lacks(relation.name)
    assert relation.grain.ja.partition("。")[0].endswith("一行")
    assert relation.grain.en.startswith("One row a")
    assert [each.name for each in relation.columns if each.meaning.lacks(each.name) or not each.type] == []


def test_tables_and_fields_of_feeds_say_what_they_are_in_both_languages() -> None:
    said = {table: contract.description for table, contract in CONTRACTS.items()}
    said |= {f"{table}.{each.name}": each.description for table, found in CONTRACTS.items() for each in found.fields}
    assert [name for name, text in said.items() if meaning_of(text).lacks("")] == []


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("圏域 (areas)", Meaning("圏域", "areas")),
        ("世帯 (household (register) by month)", Meaning("世帯", "household (register) by month")),
        ("要介護 (1)。数 (count)", Meaning("要介護 (1)。数", "count")),
        ("英語なし", Meaning("英語なし", "")),
    ],
)
def test_a_description_is_japanese_and_then_english_in_brackets(text: str, meaning: Meaning) -> None:
    assert meaning_of(text) == meaning


def test_a_name_again_is_no_meaning() -> None:
    assert Meaning("年齢階級", "age class").lacks("age_class")
    assert Meaning("age_class", "class of ages").lacks("age_class")
    assert not Meaning("年齢階級", "class of ages").lacks("age_class")


def test_lineage_names_tables_and_fields_that_there_are() -> None:
    ours = {"ledger", "link", "seeds"}
    tables = {table for rests_on in ORIGINS.tables.values() for table in rests_on} - ours
    fields = {field for made_of in ORIGINS.columns.values() for field in made_of if field.split(".")[0] not in ours}
    assert tables <= set(CONTRACTS)
    assert [field for field in sorted(fields) if field in WORDS.fields([field])[0]] == []


def test_every_described_column_has_its_lineage() -> None:
    told = {(name, column.name) for name, each in RELATIONS.items() for column in each.columns}
    traced = {each for each in ORIGINS.columns if not each[0].startswith("metrics.")}
    after_dbt = {each for each in told if each[0] not in ORIGINS.tables}
    assert {name for name, _ in after_dbt} == {
        *("published.domain_overlap", "published.kpi_value", "published.publication"),
        "restricted.disclosure_interval",
    }
    assert traced == told - after_dbt


def test_lineage_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "lineage.json"
    origins = Origins(
        {"marts.a": ("jumin", "ledger"), "marts.b": ()},
        {("marts.a", "x"): ("jumin.sex", "seeds.kpi"), ("marts.a", "y"): (), ("marts.b", "x"): ()},
        {("marts.a", "y"): ("kaigo.care_level",)},
    )
    file.write_text(render_origins(origins), encoding="utf-8")
    assert load_origins(file) == origins


def test_a_column_says_the_headings_that_its_values_arrive_under() -> None:
    made_of = ("jumin.birth_date", "jumin.sex", "ledger.month", "link.case_key", "seeds.kpi", "seeds.threshold")
    assert WORDS.fields(made_of) == ["住民記録（生年月日・性別）", "名寄せの結果", "定めた表（kpi・threshold）"]
    assert WORDS.fields(("ledger.delivery",)) == ["届いたファイルの台帳"]
    assert WORDS.fields(("soudan_consultation.received_on",)) == ["総合相談・支援記録・相談（相談を受け付けた日）"]


def test_the_birth_year_of_a_person_comes_of_birth_dates_alone() -> None:
    (year,) = [each for each in RELATIONS["marts.dim_person"].columns if each.name == "birth_year"]
    assert "jumin.birth_date" in year.made_of
    assert {field.split(".")[1] for field in year.made_of} == {"birth_date"}


def test_a_count_says_what_decides_it_and_no_restricted_field_outside_its_zone() -> None:
    (count,) = [each for each in RELATIONS["marts.mart_overlap_summary"].columns if each.name == "household_count"]
    assert count.made_of == ()
    assert {"jumin.resident_status", "jumin.address_key", "kaigo.in_facility"} <= set(count.decided_by)
    open_zones = {at: fields for at, fields in ORIGINS.decided.items() if not at[0].startswith("restricted.")}
    assert [at for at, fields in open_zones.items() if any(field.startswith("youtai.") for field in fields)] == []


def test_a_published_count_is_decided_by_what_decides_the_marts() -> None:
    named = {each.name: each for each in RELATIONS["published.domain_overlap"].columns}
    (mart,) = [each for each in RELATIONS["marts.mart_domain_overlap"].columns if each.name == "household_count"]
    assert named["household_count"].decided_by == mart.decided_by != ()
    assert named["suppressed"].decided_by == named["suppressed"].made_of == ()


def test_exposures_read_relations_that_there_are_and_postgresql_all_of_its_schemas() -> None:
    unknown = {read for each in EXPOSURES for read in each.reads if not read.startswith("intermediate.")} - set(
        RELATIONS
    )
    assert unknown == set()
    (serving,) = [each for each in EXPOSURES if each.name == "serving_postgresql"]
    assert set(serving.reads) == {name for name in RELATIONS if name.partition(".")[0] in load_plan().schemas}
    assert [each.name for each in EXPOSURES if each.meaning.lacks(each.name) or not each.owner] == []


def test_every_link_of_the_index_leads_to_a_heading() -> None:
    pages = render_pages()
    for page, anchor in re.findall(r"\]\((dictionary/\w+\.md)#?(\w*)\)", pages["data_dictionary.md"]):
        headings = [heading.replace(".", "") for heading in re.findall(r"^## ([\w.]+)$", pages[page], re.MULTILINE)]
        assert not anchor or anchor in headings

"""A spec that can't be followed says why, all at once."""

import duckdb
import pytest

from kasane.errors import KasaneError
from kasane.linkage import parse_spec, parse_weights
from kasane.linkage.prepare import prepare

from .people import SPEC, WEIGHTS, spec


def problems(content: object) -> str:
    with pytest.raises(KasaneError) as raised:
        parse_spec(content, "spec.yml")
    return str(raised.value)


def test_every_mistake_is_told_with_the_files_name() -> None:
    text = problems({**SPEC, "thresholds": {"link": 2, "review": 0.5}, "blockings": []})
    assert text.count("spec.yml: ") == 2
    assert "thresholds.link" in text
    assert "blockings" in text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"vetoes": [{"name": "v", "when": {"given": ["nearly"]}}]}, "comparison `given` has no level `nearly`"),
        ({"vetoes": [{"name": "v", "when": {"height": ["other"]}}]}, "there is no comparison `height`"),
        ({"deterministic": {"born": ["sam"]}}, "no level `sam`"),
        ({"thresholds": {"link": 0.5, "review": 0.9}}, "`review` is higher than `link`"),
        ({"register": None}, "it links to the rows of `register`"),
        ({"records": {"id": "record_id"}}, "the column is needed"),
        ({"blocking": {"rules": []}}, "at least 1 item"),
        ({"comparisons": {}}, "at least 1 item"),
        ({"thresholds": {"link": "0.9", "review": 0.5}}, "valid number"),
    ],
)
def test_what_does_not_fit_is_named(changed, told) -> None:
    assert told in problems({**SPEC, **changed})


def test_a_condition_says_one_thing() -> None:
    level = {"label": "same", "when": {"given": {"damerau": 1, "jaro_winkler": 0.9}}}
    assert "exactly one thing" in problems({**SPEC, "comparisons": {"given": {"levels": [level]}}})


def test_a_spec_that_is_no_mapping_is_refused() -> None:
    assert "spec.yml" in problems(["a"])


def test_missing_columns_are_all_named() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table people as select 'a' as record_id, 's' as source, 'x' as given")
        with pytest.raises(KasaneError) as raised:
            prepare(connection, spec(), "people")
    assert "`number`" in str(raised.value)
    assert "`address`" in str(raised.value)


def test_ids_must_be_there_and_differ() -> None:
    columns = "'s' as source, '1' as since, '' as number, '' as given, '' as family, '' as born, '' as address"
    with duckdb.connect() as connection:
        connection.execute(f"create table people as select unnest(['a', 'a', null]) as record_id, {columns}")
        with pytest.raises(KasaneError) as raised:
            prepare(connection, spec(), "people")
    assert "1 records have no `record_id`" in str(raised.value)
    assert "1 records repeat `record_id`" in str(raised.value)


def test_weights_survive_their_file() -> None:
    assert parse_weights(WEIGHTS.as_json(), spec(), "weights.json").levels == WEIGHTS.levels


def test_weights_of_another_spec_are_refused() -> None:
    content = WEIGHTS.as_json()
    del content["comparisons"]["born"]
    with pytest.raises(KasaneError, match="comparison `born` wants the levels other, same"):
        parse_weights(content, spec(), "weights.json")

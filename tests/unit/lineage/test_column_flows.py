"""Where the value of an output column comes from, and through what: small SELECTs whose answer is plain."""

import pytest

from kasane.lineage.flows import ROWS, output_flows

SCHEMA = {
    "lake": {
        "person": {"no": "varchar", "name": "varchar", "born": "date", "town": "varchar"},
        "case": {"no": "varchar", "kind": "varchar"},
    }
}


def routes(sql: str, column: str = "x") -> dict[str, set[frozenset[str]]]:
    return {f"{relation}.{name}": found for (relation, name), found in output_flows(sql, SCHEMA)[column].items()}


@pytest.mark.parametrize(
    ("sql", "source", "kinds"),
    [
        ("select name as x from lake.person", "lake.person.name", ""),
        ("with a as (select * from lake.person), b as (select name as n from a) select b.n as x from b", "name", ""),
        ("select upper(name) || '様' as x from lake.person", "name", ""),
        ("select max(name) as x from lake.person", "name", ""),
        ("select born as x from lake.person union all select null::date", "born", ""),
        ("select case when true then name end as x from lake.person", "name", ""),
        ("select (select max(p.name) from lake.person as p) as x from lake.case as c", "name", ""),
        ("select unnest([{'k': 'a', 'x': name}], recursive := true) from lake.person", "name", ""),
        ("select sha256(name) as x from lake.person", "name", "hash"),
        ("select count(distinct name) as x from lake.person", "name", "count"),
        ("select name is null as x from lake.person", "name", "flag"),
        ("select case when name = 'a' then 1 else 2 end as x from lake.person", "name", "flag"),
        ("select count(*) filter (where name = 'a') as x from lake.person", "name", "flag"),
        ("select extract(year from born) as x from lake.person", "born", "year"),
    ],
)
def test_a_value_is_followed_through(sql: str, source: str, kinds: str) -> None:
    found = next(each for name, each in routes(sql).items() if name.endswith(source))
    assert all(set(kinds.split()) <= route for route in found)
    assert kinds or frozenset() in found


def test_a_raw_way_beside_a_counted_one_is_still_raw() -> None:
    sql = "select case when count(name) > 5 then min(name) end as x from lake.person"
    assert frozenset() in routes(sql)["lake.person.name"]


def test_rows_follow_from_filters_and_inner_joins() -> None:
    sql = "select p.town as x from lake.person as p inner join lake.case as c on p.no = c.no where c.kind = '1'"
    assert {"lake.case.kind", "lake.case.*", "lake.person.*", "lake.person.no"} <= set(routes(sql, ROWS))


def test_a_left_join_leaves_the_rows_but_tells_by_what_it_leaves_blank() -> None:
    sql = "select p.town as y, c.no is null as x from lake.person as p left join lake.case as c on p.no = c.no"
    assert set(routes(sql, ROWS)) == {"lake.person.*"}
    assert "lake.case.*" in routes(sql, "x")
    assert "lake.case.*" not in routes(sql, "y")


def test_a_count_of_rows_follows_from_what_was_filtered() -> None:
    assert "lake.case.kind" in routes("select count(*) as x from lake.case where kind = '1'")

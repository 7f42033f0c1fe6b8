"""Linking to the register: by 宛名番号, and where a record has none that is known, by what is told of the person.

A shared number is no proof (a relative's number, a typing error): where two or more of given-name kana, birth
date and sex, as far as both sides carry them, disagree, the record stays unlinked and goes to review. Without a
known number a record belongs to the one person of the register with just its kana, birth date and sex; where two
people share them it belongs to neither (definitions.md, "Person").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from kasane.normalise.kana import fuzzy_kana
from kasane.sql import identifier, literal

REGISTER_FEED = "jumin"


@dataclass(frozen=True)
class PersonRole:
    """How one table's record names one person: the columns of its number and of what tells who it is.

    A column that the feed lacks is None and is not compared. ``order``: the column whose highest value marks the
    latest telling of a record.
    """

    feed: str
    role: str
    table: str
    number: str | None = None
    kana: str | None = None
    given_kana: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    order: str = "base_date"


def link_records(
    connection: duckdb.DuckDBPyConnection, roles: Sequence[PersonRole], contradictions_to_review: int
) -> None:
    """Fill ``link.person_link`` and ``link.review`` from the views ``lake.<feed>``.

    ``link.person_link``: a row a record and role, with its surrogate, method and probability (person ids are
    added by the caller, who holds the key). ``link.review``: records that carry a
    known number and contradict its person.
    """
    connection.execute("create schema if not exists link")
    connection.execute(_REGISTER)
    connection.execute(_EMPTY_RECORDS)
    for role in roles:
        connection.execute(_records_sql(role))
    _add_fuzzy_names(connection)
    connection.execute(_COMPARED)
    limit = {"contradictions_to_review": contradictions_to_review}
    connection.execute(_JUDGED, limit)
    connection.execute(_ALIKE)
    connection.execute(_LINKS)
    connection.execute(_REVIEW)


def _records_sql(role: PersonRole) -> str:
    """Each record once, as its latest delivery tells it; a number that came and went is kept."""

    def latest(column: str | None, kind: str) -> str:
        # Two tellings of one moment: the later delivery counts, and within it the later line.
        by = f"({identifier('record')}.{identifier(role.order)}, record.base_date, delivery.sequence, line_number)"
        return f"arg_max({identifier(column)}, {by})" if column else f"cast(null as {kind})"

    birth = role.birth_date
    return f"""
        insert into link_record
        select
            {literal(role.feed)}, record_key, {literal(role.role)},
            {latest(role.number, "varchar")},
            {latest(role.kana, "varchar")},
            {latest(role.given_kana, "varchar")},
            {latest(f"{birth}_earliest" if birth else None, "date")},
            {latest(f"{birth}_latest" if birth else None, "date")},
            {latest(role.sex, "varchar")}
        from lake.{identifier(role.table)} as record
        left join ledger.delivery as delivery using (delivery_id)
        group by record_key
    """


def _add_fuzzy_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Fuzzy keys for just the given names that differ: few, whatever the size of the ward."""
    names = connection.execute(
        """
        with differing as (
            select record.given_kana as left_name, register.given_kana as right_name
            from link_record as record join link_register as register on record.number = register.number
            where record.given_kana <> register.given_kana
        )
        select left_name from differing union select right_name from differing
        """
    ).fetchall()
    values = pa.array([name for (name,) in names], pa.string())
    table = pa.table({"given_kana": values, "fuzzy": fuzzy_kana(values)})
    connection.register("fuzzy_source", table)
    connection.execute("create or replace temp table link_fuzzy as select * from fuzzy_source")
    connection.unregister("fuzzy_source")


_REGISTER = """
create or replace temp table link_register as
select
    resident_no as number,
    arg_max(kana_key, base_date) as kana,
    arg_max(given_kana_key, base_date) as given_kana,
    arg_max(birth_date_earliest, base_date) as birth_earliest,
    arg_max(birth_date_latest, base_date) as birth_latest,
    arg_max(sex, base_date) as sex
from lake.jumin
group by resident_no
"""

_EMPTY_RECORDS = """
create or replace temp table link_record (
    feed varchar, record_key varchar, role varchar, number varchar, kana varchar,
    given_kana varchar, birth_earliest date, birth_latest date, sex varchar
)
"""

_COMPARED = """
create or replace temp table link_compared as
select
    record.feed, record.record_key, record.role, record.number,
    register.number is not null as is_known,
    coalesce(record_name.fuzzy <> register_name.fuzzy, false) as name_disagrees,
    coalesce(
        record.birth_latest < register.birth_earliest or record.birth_earliest > register.birth_latest, false
    ) as birth_disagrees,
    coalesce(
        record.sex <> register.sex and record.sex in ('1', '2') and register.sex in ('1', '2'), false
    ) as sex_disagrees
from link_record as record
left join link_register as register on record.number = register.number
left join link_fuzzy as record_name
    on record.given_kana = record_name.given_kana and record.given_kana <> register.given_kana
left join link_fuzzy as register_name
    on register.given_kana = register_name.given_kana and record.given_kana <> register.given_kana
"""

_JUDGED = """
create or replace temp table link_judged as
select *, name_disagrees::int + birth_disagrees::int + sex_disagrees::int >= $contradictions_to_review as contradicts
from link_compared
"""

# A day that is not fully known, or a sex that is not told, is no proof of who somebody is.
_ALIKE = """
create or replace temp table link_alike as
select record.feed, record.record_key, record.role, min(register.number) as number
from link_record as record
left join link_register as known on record.number = known.number
join link_register as register
    on record.kana = register.kana
    and record.birth_earliest = register.birth_earliest
    and record.birth_earliest = record.birth_latest and register.birth_earliest = register.birth_latest
    and (record.sex = register.sex or coalesce(record.sex not in ('1', '2'), true))
where known.number is null
group by record.feed, record.record_key, record.role
having count(*) = 1
"""

_LINKS = f"""
create or replace table link.person_link as
select
    '{REGISTER_FEED}' as feed, number as record_key, 'subject' as role, '{REGISTER_FEED}|' || number as surrogate,
    'register_id' as method, 1.0::double as probability
from link_register
union all
select
    judged.feed, judged.record_key, judged.role,
    case
        when is_known and not contradicts then '{REGISTER_FEED}|' || judged.number
        when alike.number is not null then '{REGISTER_FEED}|' || alike.number
        else judged.feed || '|' || judged.role || '|' || judged.record_key
    end,
    case
        when is_known and not contradicts then 'register_id'
        when alike.number is not null then 'deterministic'
        else 'unlinked'
    end,
    case when is_known and not contradicts or alike.number is not null then 1.0::double end
from link_judged as judged
left join link_alike as alike using (feed, record_key, role)
"""

_REVIEW = """
create or replace table link.review as
select feed, record_key, role, number as resident_no, name_disagrees, birth_disagrees, sex_disagrees
from link_judged
where is_known and contradicts
"""

"""The table that linkage reads: a row a record and role, as its latest delivery tells it (``link.record``).

A person of the register is compared by all that the register ever said of them: surnames of today and before (旧氏,
通称), every address of the deliveries in force, and the phones of records that carry their number. The address of a
protected person (支援措置) is compared with nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from kasane.contracts.model import Contract, PersonRole
from kasane.normalise.kana import fuzzy_kana
from kasane.sql import identifier, literal

REGISTER_FEED = "jumin"
_TEXTS = (
    "number", "kana", "surname_kana", "given_kana", "kanji", "sex", "town", "block", "door", "phone",
    "former_surname", "common_kana", "name_text", "kana_text", "address_text", "phone_text",
)  # fmt: skip
_BIRTH = (("birth_text", "text"), ("birth_earliest", "earliest"), ("birth_latest", "latest"))
_KINDS = {"birth_earliest": "date", "birth_latest": "date"}
# The lists by which a person is compared, and what a telling adds to them.
_NAMES = ("kana", "surname_kana", "given_kana", "former_surname", "common_kana")


def write_records(connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Fill ``link.record`` from the views ``lake.<table>`` and ``ledger.delivery``, ``ledger.protection_mark``."""
    register = contracts[REGISTER_FEED]
    told = [_register_told(register)]
    told += [
        _told(contract, person)
        for contract in contracts.values()
        for person in contract.people
        if contract.feed != REGISTER_FEED
    ]
    connection.execute(f"create or replace temp table record_told as {' union all by name '.join(told)}")
    connection.execute(_HISTORY.format(**_columns(register)))
    _write_fuzzy(connection)
    connection.execute(_RECORD.format(**{name: _known(values) for name, values in _LISTS.items()}))


def _expressions(contract: Contract, person: PersonRole) -> dict[str, str]:
    """What each column of ``link.record`` is in a feed's table; columns that the feed lacks are left out."""
    found = {}
    for name in _TEXTS:
        source = getattr(person, name)
        if isinstance(source, tuple):
            found[name] = f"nullif(concat_ws(' ', {', '.join(map(identifier, source))}), '')"
        elif source is not None:
            found[name] = f"{identifier(source)}::varchar"
    if person.birth_date is not None:
        found |= {name: identifier(f"{person.birth_date}_{suffix}") for name, suffix in _BIRTH}
    return found


def _columns(register: Contract) -> dict[str, str]:
    """The register's columns by the names of ``link.record``, ``null`` for one that it lacks."""
    found = _expressions(register, register.people[0])
    return {
        name: found.get(name, f"null::{_KINDS.get(name, 'varchar')}")
        for name in (*_TEXTS, *(name for name, _ in _BIRTH))
    }


def _rest(found: Mapping[str, str]) -> str:
    names = [name for name in (*_TEXTS, *(name for name, _ in _BIRTH)) if name not in found]
    return "".join(f", null::{_KINDS.get(name, 'varchar')} as {name}" for name in names)


def _told(contract: Contract, person: PersonRole) -> str:
    """Each record once: of every column the latest that was told, so that a number that came and went is kept."""
    found = _expressions(contract, person)
    order = identifier(contract.version or "base_date")
    # Two tellings of one moment: the later delivery counts, and within it the later line.
    latest = "".join(
        f", arg_max({expression}, (told.{order}, told.base_date, delivery.sequence, line_number)) as {name}"
        for name, expression in found.items()
    )
    return f"""
        select {literal(contract.feed)} as feed, {literal(person.role)} as role, record_key,
            min(told.base_date) as first_base_date {latest}{_rest(found)}
        from lake.{identifier(contract.table)} as told
        left join ledger.delivery as delivery using (delivery_id)
        group by record_key
    """


def _register_told(register: Contract) -> str:
    """Each person as the newest delivery that holds them tells it; few are not in the newest of all."""
    found = _expressions(register, register.people[0])
    columns = "".join(f", {expression} as {name}" for name, expression in found.items())
    return f"""
        select '{REGISTER_FEED}' as feed, 'subject' as role, record_key, first_base_date{columns}{_rest(found)}
        from (
            select * from lake.{REGISTER_FEED} where base_date = (select max(base_date) from lake.{REGISTER_FEED})
            union all
            select * from lake.{REGISTER_FEED} as older
            anti join (
                select record_key from lake.{REGISTER_FEED}
                where base_date = (select max(base_date) from lake.{REGISTER_FEED})
            ) as newest on older.record_key = newest.record_key
            qualify row_number() over (partition by older.record_key order by base_date desc) = 1
        )
        join (
            select record_key, min(base_date) as first_base_date from lake.{REGISTER_FEED} group by record_key
        ) using (record_key)
    """


def _write_fuzzy(connection: duckdb.DuckDBPyConnection) -> None:
    """``record_fuzzy``: the key of the official fuzzy search of every name that is told."""
    told = " union ".join(
        ["select unnest(surnames) as name from record_history"]
        + [f"select {name} as name from record_told where {name} is not null" for name in _NAMES]
    )
    names = connection.execute(told).to_arrow_table().column("name").combine_chunks()
    connection.register("fuzzy_names", pa.table({"name": names, "fuzzy": fuzzy_kana(names)}))
    connection.execute("create or replace temp table record_fuzzy as select * from fuzzy_names")
    connection.unregister("fuzzy_names")


# Surnames and addresses that the register told of a person besides today's: read only where they differ.
_HISTORY = """
create or replace temp table record_history as
select
    older.record_key,
    list(distinct {surname_kana}) filter ({surname_kana} is distinct from newest.surname_kana) as surnames,
    list(distinct {town}) filter ({town} is distinct from newest.town) as towns,
    list(distinct {block}) filter ({block} is distinct from newest.block) as blocks,
    list(distinct {door}) filter ({door} is distinct from newest.door) as doors
from lake.jumin as older
join record_told as newest on newest.feed = 'jumin' and older.record_key = newest.record_key
where {surname_kana} is distinct from newest.surname_kana or {door} is distinct from newest.door
group by older.record_key
"""

_LISTS = {
    "surnames": "[surname_fuzzy, former_fuzzy] || coalesce(earlier_names.surnames, [])",
    "names": "[kana_fuzzy, common_fuzzy, former_fuzzy || given_fuzzy]",
    "towns": "[town] || coalesce(history.towns, [])",
    "blocks": "[block] || coalesce(history.blocks, [])",
    "doors": "[door] || coalesce(history.doors, [])",
}


def _known(values: str) -> str:
    """The values of a list that are told, each once; null where none is."""
    told = f"list_filter(list_distinct({values}), value -> value is not null)"
    return f"case when len({told}) > 0 then {told} end"


_RECORD = """
create or replace table link.record as
with protected as (
    select distinct resident_no from ledger.protection_mark where protection_measure is not null
),
phones as (
    -- The register holds no phone; records that carry a number tell it.
    select number, list(distinct phone order by phone) as phones from record_told
    where number is not null and phone is not null and feed <> 'jumin' group by number
),
named as (
    select
        told.*,
        -- A name without a space can't be cut: its whole stands for the surname in the lake.
        case when given_kana is not null then surname_kana end as surname,
        case when given_kana is null then kana end as unsplit,
        -- What is kept of the register's persons alone is joined by this.
        case when feed = 'jumin' then record_key end as resident_no,
        regexp_replace(
            regexp_extract(name_text, '^[\\s　]*[^\\s　]+[\\s　]+(.+)$', 1), '[\\s　]', '', 'g'
        ) as given_text
    from record_told as told
),
keyed as (
    select
        named.*, whole.fuzzy as kana_fuzzy, given.fuzzy as given_fuzzy, surname_key.fuzzy as surname_fuzzy,
        former.fuzzy as former_fuzzy, common.fuzzy as common_fuzzy,
        case when given_kana is null then whole.fuzzy end as unsplit_fuzzy
    from named
    left join record_fuzzy as whole on kana = whole.name
    left join record_fuzzy as given on given_kana = given.name
    left join record_fuzzy as surname_key on surname = surname_key.name
    left join record_fuzzy as former on former_surname = former.name
    left join record_fuzzy as common on common_kana = common.name
)
select
    feed || '|' || role || '|' || keyed.record_key as record_id, feed, role, keyed.record_key, first_base_date,
    keyed.number, kana, surname as surname_kana, given_kana,
    -- Where no kanji was known, offices write the reading in its place.
    case when regexp_matches(kanji, '\\p{{Han}}') then kanji end as kanji,
    -- The key of the name has no space; how long the given name is, the text as written tells.
    case when regexp_matches(kanji, '\\p{{Han}}') and length(given_text) > 0
        then right(kanji, length(given_text))
    end as kanji_given,
    birth_earliest, birth_latest, sex,
    case when protected.resident_no is null then town end as town,
    case when protected.resident_no is null then block end as block,
    case when protected.resident_no is null then door end as door,
    phone, name_text, kana_text, birth_text, address_text, phone_text,
    kana_fuzzy, surname_fuzzy, given_fuzzy, unsplit_fuzzy,
    {surnames} as surnames,
    {names} as names,
    case when protected.resident_no is null then {towns} end as towns,
    case when protected.resident_no is null then {blocks} end as blocks,
    case when protected.resident_no is null then {doors} end as doors,
    case when feed = 'jumin' then phones.phones when phone is not null then [phone] end as phones,
    case when birth_earliest = birth_latest then birth_earliest::varchar end as birth_day,
    protected.resident_no is not null as is_protected
from keyed
left join protected on keyed.number = protected.resident_no
left join phones on keyed.resident_no = phones.number
left join record_history as history on keyed.resident_no = history.record_key
left join (
    select record_key, list(fuzzy) as surnames
    from (select record_key, unnest(surnames) as name from record_history) join record_fuzzy using (name)
    group by record_key
) as earlier_names on keyed.resident_no = earlier_names.record_key
"""

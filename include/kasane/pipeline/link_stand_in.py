"""Until the linkage engine writes them: ``link.record`` and ``link.review_pair`` from the lake and ``link.review``."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from kasane.contracts.model import Contract, PersonRole
from kasane.sql import identifier, literal


def write_review_tables(connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Both tables, with what is cheap to have."""
    parts = [_records(contract, person) for contract in contracts.values() for person in contract.people]
    connection.execute(f"create or replace table link.record as {' union all by name '.join(parts)}")
    connection.execute(_REVIEW_PAIR)


def _records(contract: Contract, person: PersonRole) -> str:
    def told(name: str | None) -> str:
        return f"arg_max({identifier(name)}, base_date)" if name else "null::varchar"

    def own(name: str) -> str:
        return told(name if person.role == "subject" and name in contract.by_name else None)

    address = "town_name || coalesce(block, '') || coalesce(' ' || building, '')"
    birth = person.birth_date
    return f"""
        select
            concat_ws('|', {literal(contract.feed)}, {literal(person.role)}, record_key) as record_id,
            {literal(contract.feed)} as feed, {literal(person.role)} as role, record_key,
            min(base_date) as first_base_date, {told(person.number)} as number, {told(person.kana)} as kana,
            {told(f"{birth}_earliest" if birth else None)}::date as birth_earliest,
            {told(f"{birth}_latest" if birth else None)}::date as birth_latest,
            {told(person.sex)} as sex, {own("kanji_name")} as name_text, {own("kana_name")} as kana_text,
            {told(f"{birth}_text" if birth else None)} as birth_text,
            {f"arg_max({address}, base_date)" if contract.feed == "jumin" else own("address")} as address_text,
            {own("phone")} as phone_text
        from lake.{identifier(contract.table)} group by record_key
    """


_REVIEW_PAIR = """
create or replace table link.review_pair as
select
    left(md5(record.record_id || chr(31) || register.record_id), 16) as pair_id,
    record.record_id as left_record_id,
    register.record_id as right_record_id,
    null::double as probability,
    null::double as match_weight,
    'number_contradicted' as reason,
    greatest(record.first_base_date, register.first_base_date) as queued_on,
    [
        {'comparison': 'given_kana', 'level': if(name_disagrees, 'differs', 'agrees'), 'weight': null::double},
        {'comparison': 'birth_date', 'level': if(birth_disagrees, 'differs', 'agrees'), 'weight': null::double},
        {'comparison': 'sex', 'level': if(sex_disagrees, 'differs', 'agrees'), 'weight': null::double}
    ] as evidence
from link.review as review
join link.record as record using (feed, role, record_key)
join link.record as register on register.feed = 'jumin' and review.resident_no = register.record_key
"""

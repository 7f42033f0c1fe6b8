"""What the dictionary and its exposures say, set beside a release and the code that reads it."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb

from kasane.dictionary.entries import Exposure
from kasane.publish.release import ZONES
from support.read_recorder import Read

ZONE_SCHEMAS = {schema for schemas in ZONES.values() for schema in schemas}


def columns_of_release(folder: Path) -> dict[str, dict[str, str]]:
    """Column and type, by relation, of every zone of a release."""
    found: dict[str, dict[str, str]] = {}
    for zone in ZONES:
        with duckdb.connect(str(folder / f"{zone}.duckdb"), read_only=True) as connection:
            for schema, table, column, kind in connection.execute(_COLUMNS).fetchall():
                found.setdefault(f"{schema}.{table}", {})[column] = kind.lower()
    return found


_COLUMNS = """
select table_schema, table_name, column_name, data_type from information_schema.columns
where table_schema not in ('information_schema', 'pg_catalog') order by all
"""


def undescribed_files(folder: Path, exposures: Iterable[Exposure]) -> list[str]:
    """What lies in a release to be opened, and is no exposure's file."""
    patterns = [pattern for each in exposures for pattern in each.files]
    found = [*(folder / "reports").rglob("*"), *(folder / "published").rglob("*")]
    names = sorted(str(file.relative_to(folder)) for file in found if file.is_file())
    return [name for name in names if not any(fnmatchcase(name, pattern) for pattern in patterns)]


def idle_patterns(folder: Path, exposures: Iterable[Exposure]) -> list[str]:
    """Files that an exposure names and a release does not have."""
    return [pattern for each in exposures for pattern in each.files if not list(folder.glob(pattern))]


def differing(reads: set[Read], exposures: Iterable[Exposure]) -> dict[str, dict[str, list[str]]]:
    """Per exposure with code: what it reads and does not say, what it says and does not read; and reads of no one."""
    found: dict[str, dict[str, list[str]]] = {}
    in_zones = {read for read in reads if read[0].partition(".")[0] in ZONE_SCHEMAS}
    claimed: set[Read] = set()
    for each in (exposure for exposure in exposures if exposure.code):
        own = {read for read in in_zones if read[1] & set(each.code)}
        claimed |= own
        read, said = {relation for relation, _ in own}, set(each.reads)
        if read != said:
            found[each.name] = {"unsaid": sorted(read - said), "unread": sorted(said - read)}
    for relation, functions in sorted(in_zones - claimed, key=lambda read: (read[0], sorted(read[1]))):
        where = found.setdefault("no exposure", {}).setdefault(relation, [])
        where.extend(sorted(functions - set(where)))
    return found

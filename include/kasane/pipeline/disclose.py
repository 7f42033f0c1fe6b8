"""Disclosure control within *publish*: decide on the months that are due, write the published zone."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kasane.contracts.municipality import unused_titles
from kasane.pipeline.build_file import open_build_file, write_table
from kasane.pipeline.municipality import municipality_name
from kasane.publish.disclosure.csv_files import csv_files
from kasane.publish.disclosure.decide import decide_month
from kasane.publish.disclosure.figures import Figures, load_figures, months_told
from kasane.publish.disclosure.policy import load_policy
from kasane.publish.disclosure.publication import Publication
from kasane.publish.disclosure.published import Labels, interval_table, published_tables
from kasane.publish.disclosure.register import add_to_register, load_register, register_hash, secret_seed
from kasane.settings import DataPaths, Settings

LOGGER = logging.getLogger(__name__)
# Tells whether a release shows what the register holds now.
STATE = "release_register.txt"


@dataclass(frozen=True)
class Disclosure:
    """The publications that are not in the register yet, and the files of the release, by their path below it."""

    new: Sequence[Publication]
    files: Mapping[str, bytes]


def disclose(settings: Settings) -> Disclosure:
    """Decide on every month that is due and write ``published.*`` and the interval report into the build file.

    Raises BuildFailedError, and writes nothing, where the attacker works out what is hidden.
    """
    before = load_register(settings.data)
    new = _decide_due(settings, before)
    return write_published(settings, [*before, *new], new)


def write_published(settings: Settings, publications: Sequence[Publication], new: Sequence[Publication]) -> Disclosure:
    """Write the published zone from all ``publications``, of which ``new`` are not in the register yet."""
    policy = load_policy(settings.seed_dirs)
    tables = published_tables(publications, Labels.load(settings.seed_dirs, policy.kpi_rules))
    with open_build_file(settings.data) as connection:
        for schema in ("published", "restricted"):
            connection.execute(f"create schema if not exists {schema}")
        for name, table in tables.items():
            write_table(connection, f"published.{name}", table)
        write_table(connection, "restricted.disclosure_interval", interval_table(publications))
        connection.execute("checkpoint")
    files = csv_files(tables, publications, policy, municipality_name(settings), unused_titles(settings))
    state = f"{register_hash(publications)}\n".encode()
    return Disclosure(new, {f"published/{name}": content for name, content in files.items()} | {STATE: state})


def commit(settings: Settings, disclosure: Disclosure) -> None:
    """Note in the register what is about to be published."""
    if disclosure.new:
        add_to_register(settings.data, disclosure.new)


def is_stale(paths: DataPaths, release_id: str, disclosure: Disclosure) -> bool:
    """Whether a release that is complete shows other tables than these: a correction was approved since."""
    return any(
        not path.is_file() or path.read_bytes() != content
        for name, content in disclosure.files.items()
        if (path := paths.releases / release_id / name)
    )


def _decide_due(settings: Settings, before: Sequence[Publication]) -> list[Publication]:
    """Months that were never published, the oldest first. The newest waits until its feeds have come."""
    published = {each.month for each in before}
    new: list[Publication] = []
    policy = load_policy(settings.seed_dirs)
    with open_build_file(settings.data, read_only=True) as connection:
        months = months_told(connection)
        for month in months:
            if month in published or month < max(published, default=date.min):
                continue
            figures = load_figures(connection, month)
            _warn_of_unknown(policy.neighbours, figures.area_names)
            if _is_due(figures, months):
                new.append(decide_month(figures, policy, [*before, *new], secret_seed(settings.data)))
    return new


def _warn_of_unknown(neighbours: Iterable[str], areas: Collection[str]) -> None:
    if unknown := sorted(set(neighbours) - set(areas)):
        LOGGER.warning("disclosure_neighbour.csv names areas that chiku doesn't have: %s", ", ".join(unknown))


def _is_due(figures: Figures, months: Sequence[date]) -> bool:
    return figures.is_complete or figures.month != months[-1]

"""How well records found their person and what came of it: one build of a ward against its answer key, by SQL.

Used by the accuracy tests beside it and by scripts/accuracy.py. A pair counts when one of its two records at least
carries no number that the register knows; the others are linked by number and prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from kasane.linkage import link
from kasane.pipeline.link_files import load_spec
from kasane.settings import PROJECT_ROOT, DataPaths
from kasane.sql import literal

SPEC = PROJECT_ROOT / "expectations" / "linkage" / "municipal.yml"
BANDS = PROJECT_ROOT / "dbt_project" / "seeds" / "policy" / "link_score_band.csv"
# What issue 4 asks for.
LEAST_PRECISION, LEAST_RECALL = 0.9995, 0.985
LEAST_HOUSEHOLDS_RIGHT = 0.99
MOST_OVERLAP_ERROR = 0.005
MOST_REVIEWS_A_THOUSAND = 40
MOST_CALIBRATION_ERROR, FEWEST_IN_A_BAND = 0.02, 30


@dataclass(frozen=True)
class Band:
    """Pairs of a score band that the model alone decided: how many, how many are one person, and what it said."""

    name: str
    pairs: int
    precision: float
    probability: float

    @property
    def error(self) -> float:
        """How far what is true is from what the model said."""
        return abs(self.precision - self.probability)


@dataclass(frozen=True)
class Scores:
    """A ward's scores. Shares are between 0 and 1; ``overlap_error`` is the largest of any month's totals."""

    records: int
    unnumbered: int
    pairs_made: int
    pairs_due: int
    pairs_right: int
    merged_across_households: int
    merged_within_households: int
    split_by_number: int
    households: int
    households_right: float
    overlap_error: float
    reviews: int
    bands: tuple[Band, ...]

    @property
    def precision(self) -> float:
        """Of the pairs made, those that are one person."""
        return self.pairs_right / self.pairs_made

    @property
    def recall(self) -> float:
        """Of the pairs that are one person, those made."""
        return self.pairs_right / self.pairs_due

    @property
    def reviews_a_thousand(self) -> float:
        """Pairs to review for a thousand records without a known number."""
        return 1000 * self.reviews / self.unnumbered


def score(truth: Path, data: Path) -> Scores:
    """Score the build file of a data directory by an answer key (``<ward>/truth``)."""
    with _connected(data) as db:
        _load_key(db, truth)
        records, unnumbered = _row(db, "select count(*), count(*) filter (not has_number) from told")
        all_pairs = _pairs(db, "told")
        # Of records by number alone there is nothing to find.
        made, due, right = (a - b for a, b in zip(all_pairs, _pairs(db, "told where has_number"), strict=True))
        across, within = _row(db, _MERGED)
        households, exact = _row(db, _HOUSEHOLDS)
        return Scores(
            records=records, unnumbered=unnumbered, pairs_made=made, pairs_due=due, pairs_right=right,
            merged_across_households=across, merged_within_households=within,
            split_by_number=_row(db, _SPLIT)[0], households=households, households_right=exact / households,
            overlap_error=_row(db, _OVERLAP)[0], reviews=_row(db, "select count(*) from kasane.link.review_pair")[0],
            bands=_bands(db),
        )  # fmt: skip


def relinked(data: Path, of: str = "kasane.link.record") -> pa.Table:
    """Link a build file's records again, those of a relation or query ``of``: record_id, person_id, method."""
    with _connected(data) as db:
        _link(db, of)
        return db.execute(
            "select record_id, person_id, method, probability from linkage_link order by all"
        ).to_arrow_table()


def built(data: Path) -> pa.Table:
    """What the build itself linked, in the form of ``relinked``."""
    with _connected(data) as db:
        return db.execute(
            """
            -- The surrogate of a person of the register has no role in it.
            select record_id, regexp_replace(surrogate, '^jumin\\|', 'jumin|subject|') as person_id, method, probability
            from kasane.link.person_link join kasane.link.record using (feed, record_key, role)
            order by all
            """
        ).to_arrow_table()


def found_by(truth: Path, data: Path, column: str) -> list[tuple[str, int, int]]:
    """Of people in the register, the records without number: by ``feed`` or ``errors`` how many found them, of all."""
    with _connected(data) as db:
        _load_key(db, truth)
        return db.execute(
            f"""
            with person as (select true_person, person_id from told where feed = 'jumin')
            select split_part({column}, ';', 1), count(*) filter (told.person_id = person.person_id), count(*)
            from told join person using (true_person)
            where not has_number group by 1 order by 1
            """
        ).fetchall()


@contextmanager
def _connected(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": "2"}) as db:
        db.execute(f"attach {literal(str(DataPaths(data).build_file))} as kasane (read_only)")
        yield db


def _load_key(db: duckdb.DuckDBPyConnection, truth: Path) -> None:
    for name in ("person_link", "household_member", "overlap"):
        db.execute(f"create temp view true_{name} as from read_parquet({literal(str(truth / f'{name}.parquet'))})")
    db.execute(
        """
        create temp table told as
        select key.*, link.person_id
        from true_person_link as key
        join kasane.link.person_link as link
            on key.feed = link.feed and key.record_key = link.record_key and link.role = 'subject'
        """
    )


def _row(db: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = db.execute(sql).fetchone()
    assert row is not None
    return row


def _pairs(db: duckdb.DuckDBPyConnection, told: str) -> tuple[int, ...]:
    """Pairs made, pairs that are one person, and pairs that are both."""
    counted = (
        f"(select coalesce(sum(n * (n - 1) // 2), 0)::bigint from (select count(*) as n from {told} group by {by}))"
        for by in ("person_id", "true_person", "person_id, true_person")
    )
    return _row(db, f"select {', '.join(counted)}")


# People who share a person id: strangers, and people who ever lived together.
_MERGED = """
with person as (select distinct person_id, true_person from told),
pairs as (
    select one.true_person as one, other.true_person as other
    from person as one join person as other using (person_id) where one.true_person < other.true_person
),
judged as (
    select exists (
        select 1 from true_household_member as l join true_household_member as r
            on l.month_end = r.month_end and l.household_key = r.household_key
        where l.true_person = pairs.one and r.true_person = pairs.other
    ) as together
    from pairs
)
select count(*) filter (not together), count(*) filter (together) from judged
"""

_SPLIT = """
select count(*) from (
    select true_person from told where has_number group by true_person having count(distinct person_id) > 1
)
"""

_HOUSEHOLDS = """
with person as (select person_id, true_person from told where feed = 'jumin'),
found as (
    select month_end_date as month_end, list(true_person order by true_person) as members
    from kasane.restricted.household_member left join person using (person_id)
    group by month_end_date, household_id
),
wanted as (
    select month_end, list(true_person order by true_person) as members
    from true_household_member group by month_end, household_key
)
select (select count(*) from wanted), count(*) from wanted semi join found using (month_end, members)
"""

# Households in need and compound households of the municipality, month by month.
_OVERLAP = """
with wanted as (
    select month_end, sum(household_count) as in_need,
        sum(household_count) filter (contains(domains, '+')) as compound
    from true_overlap where area_code = 'ALL' and variant = 'public' and match = 'exact' group by month_end
),
found as (
    select month_end_date as month_end, sum(household_count) as in_need,
        sum(household_count) filter (contains(domains, '+')) as compound
    from kasane.marts.mart_domain_overlap
    where area_code = 'ALL' and household_type = 'ALL' and match = 'exact' group by month_end_date
)
select max(greatest(
    abs(coalesce(found.in_need, 0) - wanted.in_need) / wanted.in_need,
    abs(coalesce(found.compound, 0) - wanted.compound) / wanted.compound
))::double
from wanted left join found using (month_end)
"""


def _link(db: duckdb.DuckDBPyConnection, of: str) -> None:
    spec, weights = load_spec(SPEC)
    db.execute(f"create or replace temp table record as select * from {of}")
    link(db, spec, "record", weights)


def _bands(db: duckdb.DuckDBPyConnection) -> tuple[Band, ...]:
    """Pairs that no veto and no rival took from the model, by the score bands of the linkage page."""
    _link(db, "kasane.link.record")
    rows = db.execute(
        f"""
        with person as (select feed || '|subject|' || record_key as id, true_person from told),
        pairs as (
            select decided.probability, (l_person.true_person = r_person.true_person)::int as is_right
            from linkage_decided as decided
            join linkage_record as l on decided.a = l.i join linkage_record as r on decided.b = r.i
            join person as l_person on l.id = l_person.id join person as r_person on r.id = r_person.id
            where decided.reason = 'between_thresholds'
        )
        select band, count(*), avg(is_right), avg(probability)
        from pairs join read_csv({literal(str(BANDS))}, header = true) as bands
            on probability >= probability_from and probability < coalesce(probability_under, 2)
        group by band order by band
        """
    ).fetchall()
    return tuple(Band(*row) for row in rows)

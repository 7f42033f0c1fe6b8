"""The review queue (確認待ち): open pairs of records with all that a reviewer sees of both sides, by SQL alone.

Restricted: names, addresses and who lives together. Who has a protection measure (支援措置), lives or lived with such a
person, and whom such a person is set beside, is shown without address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from kasane.at_rest import attach
from kasane.contracts.codes import load_code_texts, load_link_words
from kasane.errors import KasaneError, Problem
from kasane.lock import writer_lock
from kasane.pipeline.build_file import open_build_file
from kasane.pipeline.link_decisions import load_effective
from kasane.pipeline.link_records import REGISTER_FEED
from kasane.publish.release import current_release
from kasane.reports import load_feed_titles
from kasane.reports.review_sheet import MASK
from kasane.settings import DataPaths, Settings

OTHERS_SHOWN = 5
SIDES = ("left", "right")
SIDE_FIELDS = (
    *("record_id", "feed", "role", "name", "kana", "birth", "birth_text", "sex", "address", "phone", "number"),
    *("first_told_on", "link_method", "household_size", "household_members", "other_count", "others"),
)


@dataclass(frozen=True)
class QueueCount:
    """How many pairs wait for one reason, and for how long: the days that the first and the middle one were put in."""

    reason: str
    pairs: int
    oldest: date
    median: date


def load_queue(settings: Settings, limit: int | None = None) -> pa.Table:
    """The open pairs, longest waiting first, a row each: pair_id, reason, queued_on, probability, match_weight,
    evidence (as in ``link.review_pair``), and ``left_`` and ``right_`` each of SIDE_FIELDS.

    A pair that was decided since the last build is no longer open. Raises KasaneError where nothing was linked yet.
    """
    require_links(settings.data)
    with writer_lock(settings.data), _opened(settings) as connection:
        for statement in (_SIDE, _HIDDEN, _MASKED, _HOUSEHOLD, _OTHER):
            connection.execute(statement)
        return connection.execute(f"{_QUEUE} limit {limit or 'null'}").to_arrow_table()


def count_queue(settings: Settings) -> list[QueueCount]:
    """The open pairs by reason, most first. Raises KasaneError where nothing was linked yet."""
    require_links(settings.data)
    with writer_lock(settings.data), _opened(settings) as connection:
        return [QueueCount(*row) for row in connection.execute(_COUNT).fetchall()]


def word_labels(settings: Settings) -> Mapping[str, str]:
    """How people read a reason, a role, a method, a comparison or a level; what is not in it is shown as it is."""
    return load_link_words(settings.seed_dirs)


def require_links(paths: DataPaths) -> None:
    """Raise KasaneError where there is no build file."""
    if not paths.build_file.exists():
        raise KasaneError(Problem("no records are linked yet", "run `kasane build` first", str(paths.build_file)))


@contextmanager
def _opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build file, read only, with the labels, ``review_member`` of the release in force, and ``review_open``."""
    release = current_release(settings.data)
    with open_build_file(settings.data, read_only=True) as connection:
        _register_labels(connection, settings)
        connection.register("review_decided", load_effective(settings.data))
        if release is None:
            connection.execute(_NOBODY_LIVES)
        else:
            attach(connection, release.zone_file("restricted"), "release")
            connection.execute("create temp view review_member as from release.restricted.household_member")
        connection.execute(_OPEN)
        yield connection


def _register_labels(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    labels = {
        "review_word": word_labels(settings),
        "review_feed": load_feed_titles(settings.contract_dirs),
        "review_sex": {code: text.label for code, text in load_code_texts(settings.seed_dirs, "sex").items()},
    }
    schema = pa.schema([("code", pa.string()), ("label", pa.string())])
    for name, texts in labels.items():
        connection.register(name, pa.table({"code": list(texts), "label": list(texts.values())}, schema))


_NOBODY_LIVES = """
create temp table review_member (month_end_date date, household_id varchar, person_id varchar)
"""

_OPEN = """
create temp table review_open as
select pair.*
from link.review_pair as pair
anti join review_decided as decided
    on least(pair.left_record_id, pair.right_record_id) = decided.left_record_id
    and greatest(pair.left_record_id, pair.right_record_id) = decided.right_record_id
"""

# One row a record that stands in an open pair.
_SIDE = """
create temp table review_side as
with named as (
    select left_record_id as record_id from review_open
    union
    select right_record_id from review_open
)
select
    record.*,
    link.person_id,
    link.method,
    case
        when birth_earliest = birth_latest then strftime(birth_earliest, '%Y-%m-%d')
        when birth_earliest is not null
            then strftime(birth_earliest, '%Y-%m-%d') || '〜' || coalesce(strftime(birth_latest, '%Y-%m-%d'), '')
    end as birth
from named
join link.record as record using (record_id)
left join link.person_link as link using (feed, role, record_key)
"""

_HIDDEN = f"""
create temp table review_hidden as
with marked as (
    select distinct link.person_id
    from ledger.protection_mark as mark
    join link.person_link as link
        on link.feed = '{REGISTER_FEED}' and mark.resident_no = link.record_key
    -- The alleged perpetrator's mark (3) never passes the door, so any value protects.
    where mark.protection_measure is not null
)
select person_id from marked
union
select mate.person_id
from review_member as own
join marked using (person_id)
join review_member as mate using (month_end_date, household_id)
"""

# Whoever is set beside such a person may be that person, at that address.
_MASKED = """
create temp table review_masked as
with hidden as (
    select record_id from review_side semi join review_hidden using (person_id)
)
select record_id from hidden
union
select right_record_id from review_open semi join hidden on left_record_id = hidden.record_id
union
select left_record_id from review_open semi join hidden on right_record_id = hidden.record_id
"""

# One row a person of an open pair who lives in a household at the newest month.
_HOUSEHOLD = f"""
create temp table review_household as
with newest as (
    select max(month_end_date) as month_end_date from review_member
),
member as (
    select * from review_member semi join newest using (month_end_date)
),
own as (
    select distinct member.person_id, member.household_id
    from member semi join review_side using (person_id)
),
mate as (
    select member.household_id, record.sex, record.birth_earliest,
        -- Completed years at the newest month; of a birth that is not fully known there is none.
        case when record.birth_earliest = record.birth_latest
            then date_sub('year', record.birth_earliest, member.month_end_date) end as age
    from member
    semi join own using (household_id)
    join link.person_link as link on member.person_id = link.person_id and link.feed = '{REGISTER_FEED}'
    join link.record as record
        on link.feed = record.feed and link.role = record.role and link.record_key = record.record_key
),
household as (
    select
        mate.household_id,
        count(*) as household_size,
        string_agg(
            coalesce(age || '歳', '年齢不明') || coalesce(label.label, ''), '・' order by birth_earliest, sex
        ) as household_members
    from mate
    left join review_sex as label on mate.sex = label.code
    group by mate.household_id
)
select own.person_id, household.* from own join household using (household_id)
"""

_OTHER = f"""
create temp table review_other as
with meeting as (
    select pair_id, left_record_id as record_id, right_record_id as other_id, probability from review_open
    union all
    select pair_id, right_record_id, left_record_id, probability from review_open
)
select
    meeting.record_id,
    count(*) - 1 as other_count,
    (list(struct_pack(
        pair_id := meeting.pair_id,
        told := concat_ws(' ', feed.label, other.name_text, other.birth, printf('(%.3f)', meeting.probability))
    ) order by meeting.probability desc nulls last, meeting.other_id))[1:{OTHERS_SHOWN + 1}] as others
from meeting
join review_side as other on meeting.other_id = other.record_id
left join review_feed as feed on other.feed = feed.code
group by meeting.record_id
"""


def _side(side: str) -> str:
    return f"""
        {side}_side.record_id as {side}_record_id,
        coalesce({side}_feed.label, {side}_side.feed) as {side}_feed,
        coalesce({side}_role.label, {side}_side.role) as {side}_role,
        {side}_side.name_text as {side}_name,
        {side}_side.kana_text as {side}_kana,
        {side}_side.birth as {side}_birth,
        {side}_side.birth_text as {side}_birth_text,
        coalesce({side}_sex.label, {side}_side.sex) as {side}_sex,
        if(is_hidden, '{MASK}', {side}_side.address_text) as {side}_address,
        {side}_side.phone_text as {side}_phone,
        {side}_side.number as {side}_number,
        {side}_side.first_base_date as {side}_first_told_on,
        coalesce({side}_method.label, {side}_side.method) as {side}_link_method,
        {side}_home.household_size as {side}_household_size,
        {side}_home.household_members as {side}_household_members,
        {side}_other.other_count as {side}_other_count,
        array_to_string(
            list_transform(
                list_filter({side}_other.others, lambda each: each.pair_id <> pair.pair_id)[1:{OTHERS_SHOWN}],
                lambda each: each.told
            ), '、'
        ) as {side}_others"""


def _joins(side: str) -> str:
    return f"""
left join review_feed as {side}_feed on {side}_side.feed = {side}_feed.code
left join review_word as {side}_role on {side}_side.role = {side}_role.code
left join review_word as {side}_method on {side}_side.method = {side}_method.code
left join review_sex as {side}_sex on {side}_side.sex = {side}_sex.code
left join review_household as {side}_home on {side}_side.person_id = {side}_home.person_id
left join review_other as {side}_other on {side}_side.record_id = {side}_other.record_id"""


_QUEUE = f"""
with pair as (
    select
        review_open.*,
        left_record_id in (select record_id from review_masked)
        or right_record_id in (select record_id from review_masked) as is_hidden
    from review_open
)
select
    pair.pair_id,
    pair.reason as reason_code,
    coalesce(reason.label, pair.reason) as reason,
    pair.queued_on,
    pair.probability,
    pair.match_weight,
    pair.evidence,
    {", ".join(_side(side) for side in SIDES)}
from pair
join review_side as left_side on pair.left_record_id = left_side.record_id
join review_side as right_side on pair.right_record_id = right_side.record_id
left join review_word as reason on pair.reason = reason.code
{"".join(_joins(side) for side in SIDES)}
order by pair.queued_on, pair.pair_id
"""

_COUNT = """
select reason, count(*), min(queued_on), quantile_disc(queued_on, 0.5)
from review_open
group by reason
order by count(*) desc, reason
"""

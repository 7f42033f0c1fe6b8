"""Made rows of quality tables: linkage, and what a small ward hardly has, so that each number of a page differs."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

_RIVAL = ("close_rival", "僅差の候補", "2人目も似ている")
_UNSUPPORTED = ("no_support", "裏付けがない", None)
# Name, columns, rows.
_TABLES: Sequence[tuple[str, str, Sequence[tuple[object, ...]]]] = (
    (
        "link_method",
        "feed varchar, role varchar, method varchar, method_label varchar, method_meaning varchar, sort_order integer,"
        " linked_count bigint, record_total bigint",
        (
            ("kaigo", "subject", "number", "宛名番号", "番号で決める", 1, 1203, 1239),
            ("kaigo", "subject", "unlinked", "未突合", "だれとも結び付けない", 4, 36, 1239),
            ("kodomo", "child", "exact", "完全一致", "3項目が同じ", 2, 41, 58),
            ("kodomo", "child", "unlinked", "未突合", "だれとも結び付けない", 4, 17, 58),
        ),
    ),
    (
        "link_accuracy",
        "band varchar, band_label varchar, sort_order integer, waiting_count bigint, reviewed_count bigint,"
        " must_link_count bigint, observed_precision double, precision_low double, precision_high double,"
        " model_mean double, status varchar, status_label varchar",
        (
            ("p10", "10％未満", 1, 0, 0, 0, None, None, None, None, "no_data", "確認なし"),
            ("p50", "50％以上90％未満", 2, 7, 31, 19, 0.6129, 0.4382, 0.7627, 0.7134, "unclear", "件数が足りない"),
            ("p90", "90％以上99％未満", 3, 5, 1204, 1180, 0.98007, 0.97049, 0.98658, 0.9421, "apart", "計算とずれ"),
            ("p99", "99％以上", 4, 48, 26, 26, 1.0, 0.8713, 1.0, 0.9954, "close", "計算どおり"),
        ),
    ),
    (
        "link_review_age",
        "feed varchar, reason varchar, reason_label varchar, reason_meaning varchar, age_class varchar,"
        " age_class_label varchar, is_late boolean, sort_order integer, pair_count bigint, oldest_queued_on date,"
        " as_of_date date",
        (
            ("kaigo", *_RIVAL, "d0", "30日以下", False, 1, 38, "2025-04-12", "2025-04-30"),
            ("kaigo", *_RIVAL, "d184", "184日以上", True, 4, 9, "2024-09-03", "2025-04-30"),
            ("kodomo", *_UNSUPPORTED, "d91", "91日から183日", True, 3, 13, "2024-12-25", "2025-04-30"),
        ),
    ),
    (
        "link_unlinked",
        "feed varchar, role varchar, record_total bigint, unlinked_count bigint, unlinked_share double,"
        " share_at_most double, outside_register_count bigint, status varchar, status_label varchar",
        (
            ("kaigo", "subject", 1239, 36, 36 / 1239, 0.1, 22, "within", "目安の内"),
            ("kodomo", "child", 58, 17, 17 / 58, 0.1, None, "over", "目安を超過"),
        ),
    ),
)  # fmt: skip


def write_linkage(made: duckdb.DuckDBPyConnection) -> None:
    """Write the tables into the schema quality of a file."""
    for name, columns, rows in _TABLES:
        made.execute(f"create table quality.{name} ({columns})")
        made.executemany(f"insert into quality.{name} values ({', '.join('?' * len(rows[0]))})", rows)


def copy_quality(release: duckdb.DuckDBPyConnection, made: duckdb.DuckDBPyConnection) -> None:
    """Copy what the release's quality pages read."""
    made.execute("create schema quality")
    tables = release.execute("select table_name from duckdb_tables() where schema_name = 'quality'").fetchall()
    for (name,) in tables:
        found = release.execute(f"select * from quality.{name}").to_arrow_table()
        made.register("found", found)
        made.execute(f"create table quality.{name} as select * from found")
        made.unregister("found")


def write_rare_rows(made: duckdb.DuckDBPyConnection) -> None:
    """Add what a small ward hardly has: two bad columns in a row, moves among doubts, refusals of two parts."""
    made.execute("insert into quality.quarantine select * replace ('made' as column_name) from quality.quarantine")
    made.execute("update quality.finding_month set new_count = new_count + 3 where not is_fault")
    # The first is made good by the file in force of its own part, the second by none of another part.
    for delivery, part in (("made1", "part"), ("made2", "'other' || part")):
        made.execute(
            f"insert into quality.row_outcome select * replace ('{delivery}' as delivery_id, {part} as part,"
            f" '{delivery}.csv' as file_name, 'refused' as status, 'made' as reason, false as is_in_force)"
            " from quality.row_outcome where is_in_force and feed = 'houkatsu'"
            " order by base_date desc, part desc limit 1"
        )

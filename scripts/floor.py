"""The floor of the benchmark: the shortest hand-written DuckDB script from the same files to the overlap table.

    python scripts/floor.py EXTRACTS OUT.duckdb

It trusts every file (no checks, no quarantine, no history, no pseudonyms, nothing resumable): what is left is
reading, living households, needs and counting. Works on a ward generated with ``--no-dirt``.
"""

from __future__ import annotations

import re
import sys
import tempfile
import unicodedata
from pathlib import Path

import duckdb

ERAS = "case left({0}, 1) when '5' then 2018 when '4' then 1988 when '3' then 1925 when '2' then 1911 else 1867 end"
WIDE = "'０１２３４５６７８９－　', '0123456789- '"


def to_utf8(extracts: Path, feed: str, folder: Path) -> str:
    """Decode CP932 to files that DuckDB reads; the base date stays in the file's name."""
    for file in sorted((extracts / feed).iterdir()):
        with open(file, encoding="cp932", newline="") as source:
            (folder / file.name).write_text(source.read(), encoding="utf-8", newline="")
    return str(folder / f"{feed.upper()}_*")


def day(column: str) -> str:
    """EYYMMDD as a date; blank, zeros and nines as none."""
    year = f"({ERAS.format(column)} + substr({column}, 2, 2)::int)"
    return (
        f"case when {column} in ('', '0000000', '9999999') then null when length({column}) = 8 then"
        f" try_strptime({column}, '%Y%m%d')::date else"
        f" try_strptime({year} || substr({column}, 4, 4), '%Y%m%d')::date end"
    )


def month(column: str = "filename") -> str:
    """The base date in a file's name."""
    return f"strptime(regexp_extract({column}, '_(\\d{{8}})_', 1), '%Y%m%d')::date as m"


def main(extracts: Path, out: str) -> None:
    """Read all, write ``overlap``."""
    with tempfile.TemporaryDirectory() as name, duckdb.connect(out) as db:
        folder = Path(name)
        db.execute("set threads = 2; set preserve_insertion_order = false")
        jumin, kaigo, seiho = (to_utf8(extracts, feed, folder) for feed in ("jumin", "kaigo", "seiho"))
        plain = "header = false, auto_detect = false, null_padding = true, filename = true, delim = ','"
        csv = (
            "all_varchar = true, filename = true, null_padding = true, quote = '\"', escape = '\"', strict_mode = false"
        )
        db.execute(f"""
            create table resident as
            select {month()}, 宛名番号 as no, 世帯番号 as hh, split_part(氏名カナ, ' ', 1) as surname,
                氏名カナ as kana, 性別 as sex,
                year({day("生年月日")}) as birth_year, {day("生年月日")} as birth, 町字コード as town,
                支援措置区分 in ('1', '2') as is_protected,
                nullif(regexp_replace(translate(coalesce(番地, ''), {WIDE}), '番地|号', '-', 'g').trim('-') || '|'
                    || regexp_replace(replace(translate(coalesce(方書, ''), {WIDE}), ' ', ''), '号室$|号$', ''), '|')
                    as addr
            from read_csv('{jumin}', header = true, parallel = true, {csv}) where 住民状態 = '1';
            create table kaigo as select {month()}, column02 as no, column06 as level, {day("column08")} as f,
                {day("column09")} as t, column12 = '1' as inside
            from read_csv('{kaigo}', {plain}, columns = {_columns(14)}) where column00 = 'D';
            create table seiho as select {month()}, column02 as no, {day("column06")} as s, {day("column07")} as p,
                {day("column08")} as l, {day("column09")} as e
            from read_csv('{seiho}', {plain}, columns = {_columns(19)});
        """)
        _shogai(db, extracts)
        _consulted(db, extracts)
        _overlap(db, extracts)


def _columns(count: int) -> str:
    return "{" + ", ".join(f"'column{number:02}': 'varchar'" for number in range(count)) + "}"


def _shogai(db: duckdb.DuckDBPyConnection, extracts: Path) -> None:
    """Fixed length in bytes: cut before decoding; only ASCII fields are needed."""
    import pyarrow as pa

    months, cuts = [], {name: [] for name in ("no", "kind", "issued", "returned", "category", "service", "f", "t")}
    spans = dict(
        zip(
            cuts,
            ((0, 10), (97, 98), (100, 107), (107, 114), (114, 116), (116, 118), (118, 125), (125, 132)),
            strict=True,
        )
    )
    for file in sorted((extracts / "shogai").iterdir()):
        for record in file.read_bytes().split(b"\r\n"):
            if len(record) == 152 and record[:1] != b"T":
                months.append(file.name.split("_")[1])
                for name, (begin, end) in spans.items():
                    cuts[name].append(record[begin:end].decode("ascii").strip())
    records = pa.table({"m": months, **cuts})  # noqa: F841  (DuckDB reads it by its name)
    db.execute(f"""create table shogai as select strptime(m, '%Y%m%d')::date as m, no, kind, category, service,
        {day("issued")} as issued, {day("returned")} as returned, {day("f")} as f, {day("t")} as t from records""")


def _consulted(db: duckdb.DuckDBPyConnection, extracts: Path) -> None:
    """konkyu and houkatsu, whose people are found by kana, birth date and sex where one alone has them."""
    import pyarrow as pa
    from python_calamine import CalamineWorkbook

    found = {name: [] for name in ("base", "key", "received", "kana", "birth", "sex")}
    for file in sorted((extracts / "houkatsu").iterdir()):
        _, centre, base, _ = file.stem.split("_")
        for row in CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()[4:]:
            if str(row[1]):
                whole = f"{centre}|{row[0]}"
                cells = (base, whole, western(row[1]), row[3], western(row[4]), {"男": "1", "女": "2"}.get(row[5], ""))
                for name, cell in zip(found, cells, strict=True):
                    found[name].append(str(cell))
    houkatsu = pa.table(found)  # noqa: F841  (DuckDB reads it by its name)
    db.execute(f"""
        create table konkyu as select {month()}, 宛名番号 as given, フリガナ as kana,
            try_cast(生年月日 as date) as birth,
            性別 as sex, 相談受付日::date as s,
            try_cast(終結日 as date) as e, スクリーニング結果 as result
        from read_csv('{extracts}/konkyu/*', all_varchar = true, filename = true, header = true);
        create table houkatsu as select try_cast(received as date) as s, kana, try_cast(birth as date) as birth, sex
        from houkatsu qualify row_number() over (partition by key order by base desc) = 1;
    """)
    kana = [name for (name,) in db.execute(
        "select kana from resident union select kana from konkyu union select kana from houkatsu"
    ).fetchall()]  # fmt: skip
    keys = pa.table({"kana": kana, "k": [plain(name) for name in kana]})  # noqa: F841
    db.execute("""
        create table name as select * from keys;
        create table someone as
        select k, birth, sex, min(no) as no from (select distinct kana, birth, sex, no from resident)
        join name using (kana) group by all having count(distinct no) = 1;
        create table konkyu_person as
        select konkyu.*, coalesce(known.no, someone.no) as no
        from konkyu left join (select distinct no from resident) known on given = known.no
        left join name using (kana) left join someone using (k, birth, sex);
        create table houkatsu_person as
        select houkatsu.*, no from houkatsu join name using (kana) join someone using (k, birth, sex);
    """)


def plain(name: str | None) -> str:
    """Kana in one width, without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name or ""))


def western(text: str) -> str:
    """A whole Japanese date as ISO; blank where a part is not known."""
    parts = re.findall(r"元|\d+", unicodedata.normalize("NFKC", text))
    if len(parts) != 3:
        return ""
    first = {"令": 2018, "R": 2018, "平": 1988, "H": 1988, "昭": 1925, "S": 1925, "大": 1911, "T": 1911}
    year = 1 if parts[0] == "元" else int(parts[0])
    begins = unicodedata.normalize("NFKC", text).strip()[:1]
    return f"{year + first.get(begins, 0):04}-{int(parts[1]):02}-{int(parts[2]):02}"


def _overlap(db: duckdb.DuckDBPyConnection, extracts: Path) -> None:
    db.execute(f"""
        create table kodomo as select {month()}, 児童宛名番号 as no, 手当種別 as benefit, 認定年月日::date as s,
            喪失年月日::date as e, 就学援助区分 as aid, 就学援助年度::int as y
        from read_csv('{extracts}/kodomo/*', all_varchar = true, filename = true, header = true);
        create table chiku as select {month()}, 町字コード as town, 圏域コード as area
        from read_csv('{extracts}/chiku/*', all_varchar = true, filename = true, header = true);
        create table addresses as
        select m, town, addr from resident where addr is not null group by all having count(*) <= 12
        except select r.m, r.town, r.addr from resident r join kaigo k on k.m = r.m and k.no = r.no and k.inside
            group by all having count(*) >= 2;
        create table link as select distinct m, hh, town || addr || surname as place
        from resident join addresses using (m, town, addr);
        create table living as select m, hh, hh as top from resident group by all;
    """)
    for _ in range(3):
        db.execute("""
            create or replace table best as
            select m, place, min(top) as top from link join living using (m, hh) group by all;
            create or replace table living as select l.m, l.hh, least(l.top, min(b.top)) as top
            from living l left join link k using (m, hh) left join best b using (m, place) group by l.m, l.hh, l.top;
        """)
    db.execute("""
        create table need as
        select m, no, 'elderly' as domain from kaigo
        where level in ('06', '12', '13', '21', '22', '23', '24', '25') and f <= m and coalesce(t >= m, true)
        union select m, no, 'disability' from shogai
        where kind <> '' and issued <= m and coalesce(returned > m, true)
            or (category between '21' and '26' or service <> '') and f <= m and coalesce(t >= m, true)
        union select m, no, 'child' from kodomo join resident using (m, no)
        where date_diff('year', birth, m) - (strftime(birth, '%m%d') > strftime(m, '%m%d'))::int < 18
            and (benefit in ('20', '21') and s <= m and coalesce(e >= m, true)
                or aid = '2' and y = year(m) - (month(m) < 4)::int)
        union select m, no, 'poverty' from seiho
        where s <= m and coalesce(e > m, true) and not coalesce(p <= m and coalesce(l > m, true), false)
        union select m, no, 'elderly' from houkatsu_person
        join (select distinct m from resident) on s <= m and s > m - 183
        union select m, no, 'poverty' from konkyu_person
        where no is not null and s <= m and coalesce(e > m, true)
            and (result not in ('1', '2', '5') or e is not null or s > m - 183);
        create table household as
        select m, top, case when not bool_or(is_protected) then arg_min(area, hh) end as area,
            string_agg(distinct domain, '+') filter (domain is not null) as domains,
            max(domain = 'elderly') as e, max(domain = 'disability') as d,
            max(domain = 'child') as c, max(domain = 'poverty') as p
        from resident join living using (m, hh) left join need using (m, no)
        left join (select town, arg_max(area, m) as area from chiku group by all) using (town) group by m, top;
        create table overlap as
        select m, grouping(area) = 1 as whole, area, e, d, c, p, count(*) as household_count
        from household where domains is not null group by grouping sets ((m, area, e, d, c, p), (m, e, d, c, p));
        checkpoint;
    """)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

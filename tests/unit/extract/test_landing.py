"""What the operator relies on when files are taken from a source."""

from __future__ import annotations

import hashlib
import io
import os
import time
import zipfile
from pathlib import Path

import pytest

from kasane.contracts import Contract
from kasane.contracts.file_names import shown_name
from kasane.errors import KasaneError
from kasane.extract import land, landing, load_landed, open_content
from kasane.extract.source import Source
from kasane.settings import DataPaths

from .support import FORBIDDEN, Land, SftpServer

HEADING = "町字コード,町字名,町字カナ,圏域コード,圏域名,中学校区\r\n"
CONTENT = (HEADING + "0100001,一丁目,イッチョウメ,E01,第1地区,第1中学校\r\n").encode("utf-8-sig")
SECRET = "987654321098"


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def settle(path: Path) -> None:
    """Let a file look as if it had been delivered a while ago."""
    os.utime(path, (time.time() - 60, time.time() - 60))


def deliver(drop: Path, name: str, content: bytes = CONTENT) -> Path:
    path = drop / name
    path.write_bytes(content)
    settle(path)
    return path


def all_bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_file_is_kept_byte_for_byte_and_taken_once(drop: Path, land_chiku: Land, paths: DataPaths) -> None:
    deliver(drop, "CHIKU_20250401_01.csv")
    (first,) = land_chiku()
    assert first.path == paths.landing / "chiku" / hashlib.sha256(CONTENT).hexdigest()
    assert first.path.read_bytes() == CONTENT
    assert (first.base_date and first.base_date.isoformat(), first.sequence, first.refusal) == ("2025-04-01", 1, None)
    assert land_chiku() == [first]


def test_files_that_left_the_folder_remain_and_names_may_share_bytes(drop: Path, land_chiku: Land) -> None:
    deliver(drop, "CHIKU_20240401_01.csv")
    deliver(drop, "CHIKU_20250401_01.csv").rename(drop / "CHIKU_20250401_02.csv")
    land_chiku()
    for path in drop.iterdir():
        path.unlink()
    files = land_chiku()
    assert [file.file_name for file in files] == ["CHIKU_20240401_01.csv", "CHIKU_20250401_02.csv"]
    assert files[0].path == files[1].path


def test_new_bytes_under_an_old_name_are_another_delivery(drop: Path, land_chiku: Land) -> None:
    deliver(drop, "CHIKU_20250401_01.csv")
    land_chiku()
    deliver(drop, "CHIKU_20250401_01.csv", CONTENT.replace(b"0100001", b"0100002"))
    assert len({file.sha256 for file in land_chiku()}) == 2


def test_unchanged_files_are_not_read_again_and_the_memory_of_them_may_be_deleted(
    drop: Path, land_chiku: Land, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(drop, "CHIKU_20250401_01.csv")
    files = land_chiku()
    with monkeypatch.context() as patch:
        patch.setattr(Source, "open", lambda *_: pytest.fail("was read again"))
        assert land_chiku() == files
    for path in (paths.work / "seen").iterdir():
        path.unlink()
    assert land_chiku() == files


@pytest.mark.parametrize(
    "name",
    [
        *(".CHIKU_20250401_01.csv", "~$CHIKU_20250401_01.csv", "Thumbs.db", "desktop.ini"),
        *("CHIKU_20250401_01.csv.part", "CHIKU_20250401_01.csv.TMP", "CHIKU_20250401_01.csv.filepart"),
    ],
)
def test_hidden_and_half_copied_files_are_left_alone(drop: Path, land_chiku: Land, name: str) -> None:
    deliver(drop, name)
    (drop / "old").mkdir()
    assert land_chiku() == []


@pytest.mark.parametrize("name", ["町字一覧.csv", "CHIKU_20250230_01.csv", "CHIKU_20250401_1.csv"])
def test_an_unreadable_name_is_landed_and_refused(drop: Path, land_chiku: Land, name: str) -> None:
    deliver(drop, name)
    (file,) = land_chiku()
    assert file.refusal is not None
    assert (file.refusal.code, file.base_date) == ("name_unreadable", None)
    assert file.path is not None
    assert file.path.exists()


@pytest.mark.parametrize("name", ["CHIKU_20250401_01.zip", "chiku_20250401_01.ZIP"])
def test_a_zip_gives_the_same_content_as_the_plain_file(drop: Path, land_chiku: Land, name: str) -> None:
    deliver(drop, name, zipped(("../../無関係.txt", CONTENT)))
    (file,) = land_chiku()
    with open_content(file) as stream:
        assert stream.read() == CONTENT
    assert (file.refusal, file.content_sha256) == (None, hashlib.sha256(CONTENT).hexdigest())
    assert file.sha256 != file.content_sha256


def encrypted() -> bytes:
    content = bytearray(zipped(("a.csv", CONTENT), method=zipfile.ZIP_STORED))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        zipped(),
        zipped(("a.csv", CONTENT), ("b.csv", CONTENT)),
        zipped(("a.csv", CONTENT))[:-30],
        zipped(("a.csv", CONTENT), method=zipfile.ZIP_STORED).replace(b"0100001", b"0100009"),
        encrypted(),
        CONTENT,
        zipped(("bomb.csv", HEADING.encode() + b"0" * 70_000_000)),
    ],
    ids=["no member", "two members", "cut short", "wrong checksum", "encrypted", "no zip", "bomb"],
)
def test_an_unsafe_zip_is_refused_and_not_kept(drop: Path, land_chiku: Land, content: bytes) -> None:
    deliver(drop, "CHIKU_20250401_01.zip", content)
    (file,) = land_chiku()
    assert file.refusal is not None
    assert (file.refusal.code, file.path, file.base_date and file.base_date.year) == ("zip_unsafe", None, 2025)
    assert land_chiku() == [file]


FORBIDDEN_FILES = {
    "plain": HEADING.replace("町字カナ", "個人番号").encode("utf-8-sig"),
    "quoted cp932": HEADING.replace("町字カナ", '"マイナンバー"').encode("cp932"),
    "half-width kana": HEADING.replace("町字カナ", "ﾏｲﾅﾝﾊﾞｰ").encode("cp932"),
    "spaced": HEADING.replace("町字カナ", "　個人 番号 ").encode(),
    "with a word around it": HEADING.replace("町字カナ", "住民票コード（本人）").encode(),
    "below a title": ("町字の一覧\r\n令和7年\r\n" + HEADING.replace("町字カナ", "個人番号")).encode(),
    "first column after a mark": ("\ufeff個人番号," + HEADING).encode(),
    "utf-16": HEADING.replace("町字カナ", "個人番号").encode("utf-16"),
    "tabs": HEADING.replace("町字カナ", "個人番号").replace(",", "\t").encode(),
}


@pytest.mark.parametrize("content", FORBIDDEN_FILES.values(), ids=FORBIDDEN_FILES)
@pytest.mark.parametrize("kind", ["csv", "zip", "zip of two"])
def test_a_forbidden_heading_is_never_landed(
    drop: Path, land_chiku: Land, paths: DataPaths, content: bytes, kind: str
) -> None:
    content += SECRET.encode()
    members = [("b.csv", CONTENT), ("a.csv", content)][-(kind.count("two") + 1) :]
    delivered = content if kind == "csv" else zipped(*members, method=zipfile.ZIP_STORED)
    deliver(drop, f"CHIKU_20250401_01.{kind[:3]}", delivered)
    (file,) = land_chiku()
    assert file.refusal is not None
    assert (file.refusal.code, file.path) == ("forbidden_column", None)
    assert file.sha256 == hashlib.sha256(delivered).hexdigest()
    assert SECRET.encode() not in all_bytes_below(paths.root)
    assert land_chiku() == [file]
    with pytest.raises(KasaneError):
        open_content(file)


def test_a_forbidden_word_in_the_data_is_no_heading(drop: Path, land_chiku: Land) -> None:
    row = "0100001,個人番号,マイナンバー,E01,第1地区,住民票コード\r\n"
    deliver(drop, "CHIKU_20250401_01.csv", (HEADING + row).encode("utf-8-sig"))
    assert [file.refusal for file in land_chiku()] == [None]


def test_a_run_killed_between_bytes_and_entry_is_made_good(
    drop: Path, land_chiku: Land, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(drop, "CHIKU_20250401_01.csv")
    (paths.landing / "chiku").mkdir(parents=True)
    (paths.landing / "chiku" / ".incoming-x").write_bytes(b"half")
    with monkeypatch.context() as patch:
        patch.setattr(landing, "write_entry", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            land_chiku()
    (file,) = land_chiku()
    assert file.path is not None
    assert file.path.read_bytes() == CONTENT
    assert list((paths.landing / "chiku").glob(".*")) == []


def test_a_full_disk_leaves_no_half_file(
    drop: Path, land_chiku: Land, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(drop, "CHIKU_20250401_01.csv")
    monkeypatch.setattr(landing.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        land_chiku()
    assert all_bytes_below(paths.landing) == b""


def test_a_file_still_being_written_is_left_for_the_next_run(
    drop: Path, land_chiku: Land, paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deliver(drop, "CHIKU_20250401_01.csv", CONTENT[:100])
    copy = landing._copy

    def copy_while_it_grows(*arguments: object) -> tuple[str, int]:
        result = copy(*arguments)  # type: ignore[arg-type]
        path.write_bytes(CONTENT)
        return result

    with monkeypatch.context() as patch:
        patch.setattr(landing, "_copy", copy_while_it_grows)
        assert land_chiku() == []
    assert not (paths.landing / "chiku" / hashlib.sha256(CONTENT[:100]).hexdigest()).exists()
    assert [file.content_sha256 for file in land_chiku()] == [hashlib.sha256(CONTENT).hexdigest()]


def test_a_feed_without_a_folder_delivered_nothing_but_a_wrong_address_is_told(
    contracts: dict[str, Contract], drop: Path, paths: DataPaths
) -> None:
    assert land([contracts["jumin"]], str(drop.parent), paths, FORBIDDEN) == []
    with pytest.raises(KasaneError, match="can't be reached"):
        land([contracts["jumin"]], str(drop / "nowhere"), paths, FORBIDDEN)


def test_sftp_gives_the_same_deliveries_as_a_folder(
    contracts: dict[str, Contract], drop: Path, paths: DataPaths, tmp_path: Path, sftp_server: SftpServer
) -> None:
    deliver(drop, "CHIKU_20240401_01.csv")
    deliver(drop, "CHIKU_20250401_01.zip", zipped(("x.csv", CONTENT)))
    deliver(drop, "CHIKU_20250401_02.csv", FORBIDDEN_FILES["plain"])
    address = f"sftp://kasane:ひみつ@127.0.0.1:{sftp_server.port}/extracts"
    other = DataPaths(tmp_path / "other")
    remote = land([contracts["chiku"]], address, other, FORBIDDEN, sftp_server.known_hosts)
    local = land([contracts["chiku"]], str(drop.parent), paths, FORBIDDEN)
    assert [(f.file_name, f.sha256, f.content_sha256, f.refusal) for f in remote] == [
        (f.file_name, f.sha256, f.content_sha256, f.refusal) for f in local
    ]
    assert load_landed([contracts["chiku"]], other) == remote


def test_an_sftp_server_that_nobody_vouched_for_is_refused_and_no_password_is_told(
    contracts: dict[str, Contract], drop: Path, paths: DataPaths, tmp_path: Path, sftp_server: SftpServer
) -> None:
    address = f"sftp://kasane:ひみつ@127.0.0.1:{sftp_server.port}/extracts"
    with pytest.raises(KasaneError, match="is not in") as caught:
        land([contracts["chiku"]], address, paths, FORBIDDEN, tmp_path / "empty")
    assert "ひみつ" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("CHIKU_20250401_01.csv", "CHIKU_20250401_01.csv"),
        ("CHIKU_20250230_01.csv", "CHIKU_20250230_01.csv"),
        ("CHIKU_山田太郎_20250401.csv", "CHIKU_…_20250401.csv"),
        ("ヤマダ タロウ 0901234567.csv", "… … ….csv"),
        ("yamada-taro.xlsx", "…-….xlsx"),
    ],
)
def test_a_files_name_is_shown_without_what_may_name_a_person(
    contracts: dict[str, Contract], name: str, shown: str
) -> None:
    assert shown_name(contracts["chiku"], name) == shown

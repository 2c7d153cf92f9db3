"""Files that are none of ours: each gets one sentence that helps, and the good ones beside it are kept."""

import gzip
import io
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.bot.command_line.conftest import SAMPLE, Terminal

Maker = Callable[[Path], None]


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def named(name: str, content: bytes = b"a,b\n1,2\n") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def locked() -> bytes:
    """A zip whose member says that it is encrypted."""
    content = bytearray(named("usage.csv"))
    for start in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        content[start] |= 1
    return bytes(content)


def lying() -> bytes:
    """A zip whose member is larger than it says."""
    content = bytearray(named("usage.csv", b"x" * 1000))
    content[content.index(b"PK\x01\x02") + 24] = 10
    content[content.index(b"PK\x01\x02") + 25] = 0
    return bytes(content)


def database(file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE calls (a, b)")


def half_parquet(file: Path) -> None:
    with duckdb.connect() as db:
        db.read_csv(str(SAMPLE), all_varchar=True).write_parquet(str(file))
    file.write_bytes(file.read_bytes()[:3000])


WRONG: dict[str, tuple[bytes | Maker, str]] = {
    "report.pdf": (b"%PDF-1.7\n%\xe2\xe3", "report.pdf is a PDF. Export the data as CSV or JSON and import that."),
    "empty.zip": (zipped(), "empty.zip is an archive with no file in it."),
    "photo.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0" * 9, "photo.jpg is a picture."),
    "screenshot.png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "screenshot.png is a picture."),
    "iphone.heic": (b"\0\0\0\x18ftypheic" + b"\0" * 40, "iphone.heic is a photo or a film."),
    "login.csv": (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "login.csv is a web page,"),
    "half.csv.gz": (gzip.compress(SAMPLE.read_bytes())[:2000], "half.csv.gz is cut off or no gzip file;"),
    "empty.csv": (b"", "empty.csv is empty."),
    "blank.csv": (b"\n\n  \n", "blank.csv is empty."),
    "folder": (lambda file: file.mkdir(), "folder is a folder. Name the files in it, as folder/*.csv."),
    "error.json": (b'{"error": {"message": "Invalid API key", "code": 401}}',
                   "error.json is an error that an API answered (Invalid API key). Ask it again"),
    "letter.docx": (zipped(word__document_xml=b"<w/>"), "letter.docx is a Word document."),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500,
                "old.xls is an old Office file (.xls, .doc) or has a password. Save it as .xlsx or CSV."),
    "costs.numbers": (zipped(Index__Document_iwa=b"x"), "costs.numbers is a Numbers or Pages file."),
    "half.parquet": (half_parquet, "half.parquet is cut off or no Parquet file; fetch it again."),
    "header.csv": (b"request_id,ts_start,provider,model,input_tokens,output_tokens\n",
                   "header.csv holds a header and no rows."),
    "history.db": (database, "history.db is a SQLite database. Export its table as CSV and import that."),
    "locked.zip": (locked(), "locked.zip:usage.csv is protected by a password."),
    "lacking.csv": (b"request_id;ts_start;provider;model;input_tokens\n1;2026-11-05;openai;gpt-5;3\n",
                    "lacking.csv looks like a log of AI requests, but the column output_tokens is missing;"),
    "people.csv": (b"name,birthday,town\nAnn,1990-01-01,Bonn\n",
                   "people.csv is in none of the formats that are recognised; its columns are name, birthday, town."),
    "notes.txt": (b"call Bob about the bill\nand lunch\n", "notes.txt holds only one column; it is no table"),
    "nested.zip": (named("more.zip", zipped(a_csv=b"a,b\n")), "nested.zip:more.zip is an archive in an archive."),
    "escaping.zip": (named("../../etc/cron.d/x"), "escaping.zip:../../etc/cron.d/x names a place outside of"),
    "absolute.zip": (named("/etc/passwd"), "absolute.zip:/etc/passwd names a place outside of its archive"),
    "lying.zip": (lying(), "lying.zip:usage.csv is damaged; fetch the archive again."),
    "half.zip": (named("usage.csv")[:60], "half.zip is cut off or no zip archive; fetch it again."),
    "things.7z": (b"7z\xbc\xaf\x27\x1c" + b"\0" * 30, "things.7z is a 7-Zip archive. Unpack it"),
    "things.tar": (b"\0" * 257 + b"ustar\0" + b"\0" * 300, "things.tar is a tar archive. Unpack it"),
    "bill.xml": (b'<?xml version="1.0"?><bill/>', "bill.xml is an XML file."),
    "cut.json": (b'[{"id": 1}, {"id": ', "cut.json is cut off or no JSON; fetch it again."),
    "numbers.json": (b"[1, 2, 3]", "numbers.json holds no JSON objects"),
    "nothing.json": (b"[]", "nothing.json holds no rows."),
    "program.csv": (bytes(range(256)) * 20, "program.csv is no text file."),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_file_gets_a_sentence_and_the_good_one_is_kept(tuppence: Terminal, tmp_path: Path, name: str) -> None:
    made, sentence = WRONG[name]
    file = tmp_path / name
    if isinstance(made, bytes):
        file.write_bytes(made)
    else:
        made(file)
    said = tuppence("import", file, SAMPLE)
    assert said.code == 2
    assert said.out.startswith(f"{SAMPLE.name}: a FOCUS export\n125 read")
    first, told = said.error.splitlines()
    assert first == "1 file could not be imported:"
    assert told.strip().startswith(sentence)
    assert "Traceback" not in said.error


def test_strict_keeps_nothing_if_one_file_fails(tuppence: Terminal, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7")
    said = tuppence("import", "--strict", tmp_path / "report.pdf", SAMPLE)
    assert (said.code, said.out) == (2, "")
    assert said.error.splitlines()[-1] == "Nothing was kept (--strict)."
    assert tuppence("ask", "sources").out.startswith("Sources\nNo data yet.")


def test_a_bomb_is_refused(tuppence: Terminal, tmp_path: Path) -> None:
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"0," * (150 << 20), 9))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", b"0," * (150 << 20))
    (tmp_path / "bomb.zip").write_bytes(out.getvalue())
    said = tuppence("import", tmp_path / "bomb.csv.gz", tmp_path / "bomb.zip")
    assert said.code == 2
    assert said.error.count("unpacks to more than 250 times its size; that is no export.") == 2


def test_a_kind_that_is_misspelt_is_a_file_that_is_not_there(tuppence: Terminal) -> None:
    assert "focsu is not there." in tuppence("import", "focsu", SAMPLE).error


def test_files_that_fail_for_one_reason_are_all_counted(tuppence: Terminal, tmp_path: Path) -> None:
    with duckdb.connect() as db:
        db.read_csv(str(SAMPLE), all_varchar=True).write_parquet(str(tmp_path / "same.parquet"))
    said = tuppence("import", SAMPLE, tmp_path / "same.parquet")
    assert (said.code, said.out) == (2, "")
    assert said.error.splitlines()[0] == "2 files could not be imported:"

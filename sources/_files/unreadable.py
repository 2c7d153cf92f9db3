"""Files that hold no table: what a file is by its first bytes, and what to do instead."""

from __future__ import annotations

import re

_CSV = "Export the data as CSV or JSON and import that."
_UNPACK = "Unpack it and import the files in it."
_STARTS = (
    (b"%PDF", f"is a PDF. {_CSV}"),
    (b"\x89PNG", f"is a picture. {_CSV}"),
    (b"\xff\xd8\xff", f"is a picture. {_CSV}"),
    (b"GIF8", f"is a picture. {_CSV}"),
    (b"RIFF", f"is a picture or a sound. {_CSV}"),
    (b"SQLite format 3\0", "is a SQLite database. Export its table as CSV and import that."),
    (b"\xd0\xcf\x11\xe0", "is an old Office file (.xls, .doc) or has a password. Save it as .xlsx or CSV."),
    (b"Obj\x01", "is an Avro file. Export the data as CSV, JSON lines or Parquet and import that."),
    (b"ORC", "is an ORC file. Export the data as CSV, JSON lines or Parquet and import that."),
    (b"ARROW1", "is an Arrow file. Export the data as CSV, JSON lines or Parquet and import that."),
    (b"7z\xbc\xaf", f"is a 7-Zip archive. {_UNPACK}"),
    (b"Rar!", f"is a RAR archive. {_UNPACK}"),
    (b"BZh", f"is packed by bzip2. {_UNPACK}"),
    (b"\xfd7zXZ", f"is packed by xz. {_UNPACK}"),
    (b"\x28\xb5\x2f\xfd", f"is packed by zstd. {_UNPACK}"),
    (b"\x1f\x9d", f"is packed by compress. {_UNPACK}"),
    (b"\x7fELF", f"is a program. {_CSV}"),
    (b"{\\rtf", f"is a text document (RTF). {_CSV}"),
)
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(rb"\s*<\?xml\b", re.IGNORECASE)
_FTYP = slice(4, 8)
_USTAR = slice(257, 262)


def what_it_is(head: bytes) -> str:
    """What a file that begins with *head* is and what to do instead, as the end of a sentence; empty if it may be
    text."""
    for start, said in _STARTS:
        if head.startswith(start):
            return said
    if head[_FTYP] == b"ftyp":
        return f"is a photo or a film. {_CSV}"
    if head[_USTAR] == b"ustar":
        return f"is a tar archive. {_UNPACK}"
    bare = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(bare):
        return "is a web page, as a browser saves it when you are not logged in. Log in and download the export again."
    if _XML.match(bare):
        return f"is an XML file. {_CSV}"
    return ""

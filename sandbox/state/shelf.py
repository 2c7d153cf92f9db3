"""Named JSON documents in one SQLite file, so that a restart shows the same workspace."""

import json
import sqlite3
from pathlib import Path
from typing import Any


class Shelf:
    """Documents by kind and name; every change is on disk when the call returns."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=NORMAL")
        self._file.execute("CREATE TABLE IF NOT EXISTS kept (kind, name, body, PRIMARY KEY (kind, name))")

    def put(self, kind: str, name: str, body: dict[str, Any]) -> None:
        """Keep this document in place of any of the same name."""
        self._file.execute("REPLACE INTO kept VALUES (?, ?, ?)", (kind, name, json.dumps(body)))

    def drop(self, kind: str, name: str) -> None:
        """Forget the document; nothing happens if there is none."""
        self._file.execute("DELETE FROM kept WHERE kind = ? AND name = ?", (kind, name))

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Every document of a kind, by name."""
        rows = self._file.execute("SELECT body FROM kept WHERE kind = ? ORDER BY name", (kind,))
        return [json.loads(body) for (body,) in rows]

    def close(self) -> None:
        self._file.close()

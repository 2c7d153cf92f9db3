"""The spool: AI requests come a few at a time and a day is published as a whole, so they are kept in files by day."""

from __future__ import annotations

import fcntl
import gzip
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.bodies import Refused
from bot.bugs import Caught, noted
from sources._base import written
from sources._otlp import pushed_requests
from storage.facts import Facts

_KEPT = timedelta(days=9)
LARGEST = 512 * 1024 * 1024


@dataclass(frozen=True)
class Spool:
    """AI requests that were pushed, a folder a day, in the home of *facts*; *largest* bounds them together."""

    facts: Facts
    largest: int = LARGEST

    @property
    def folder(self) -> Path:
        """Where they wait."""
        return self.facts.home / "pushed"

    def keep(self, rows: Mapping[date, list[dict[str, Any]]]) -> None:
        """Keep *rows* until they are published; Refused if too much waits."""
        if sum(_size(file) for file in self.folder.glob("*/*")) > self.largest:
            raise Refused("503 Service Unavailable", "Too many AI requests wait to be published.", again=600)
        for day, each in rows.items():
            written(each, self.folder / str(day) / f"{secrets.token_hex(8)}.jsonl.gz")

    def publish(self, now: datetime) -> int:
        """How many days were published because something new had come; 0 while another replica is at it."""
        with self._turn() as mine:
            days = [each for each in sorted(self.folder.iterdir()) if each.is_dir()] if mine else []
            for day in days:
                if date.fromisoformat(day.name) < (now - _KEPT).date():
                    shutil.rmtree(day, ignore_errors=True)
            return sum(self._tried(day, now) for day in days)

    def _tried(self, day: Path, now: datetime) -> bool:
        """Whether *day* was published; a bug in one leaves the others alone."""
        with Caught() as caught:
            return self._published(day, now)
        if caught.error:
            noted(f"publishing what was pushed of {day.name}", caught.error)
        return False

    def _published(self, day: Path, now: datetime) -> bool:
        files, whole = tuple(sorted(day.glob("*.jsonl.gz"))), day / f"{day.name}.jsonl.gz"
        new = [file for file in files if file != whole]
        if not new:
            return False
        self.facts.publish(pushed_requests(files), now, routine=True)
        _merged(files, whole)
        for file in new:  # one that stays behind is read again: an AI request counts once
            file.unlink(missing_ok=True)
        return True

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """Whether it is ours to publish; the turn ends with the process at the latest."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True


def _merged(files: tuple[Path, ...], whole: Path) -> None:
    unfinished = whole.with_name(f"{whole.name}.part")
    with gzip.open(unfinished, "wb", compresslevel=3) as out:
        for file in files:
            with gzip.open(file, "rb") as lines:
                shutil.copyfileobj(lines, out)
    unfinished.replace(whole)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # just published
        return 0

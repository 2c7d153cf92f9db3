"""The spool: AI requests and outcomes come a few at a time, a day is published as a whole: so files are kept by day."""

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
from finops.batch import Dataset
from sources._base import written
from sources._otlp import pushed_requests
from sources._pushed import outcomes_told
from storage.facts import Facts

_KEPT = timedelta(days=9)
LARGEST = 512 * 1024 * 1024
_ROOMS = {Dataset.REQUESTS: ("pushed", pushed_requests), Dataset.OUTCOMES: ("pushed-outcomes", outcomes_told)}

Days = Mapping[date, list[dict[str, Any]]]


@dataclass(frozen=True)
class Spool:
    """AI requests and outcomes that were pushed, a folder a day, in the home of *facts*; *largest* bounds them all."""

    facts: Facts
    largest: int = LARGEST

    @property
    def folder(self) -> Path:
        """Where AI requests wait."""
        return self.room(Dataset.REQUESTS)

    def room(self, dataset: Dataset) -> Path:
        """Where the rows of *dataset* wait."""
        return self.facts.home / _ROOMS[dataset][0]

    def keep(self, rows: Days, dataset: Dataset = Dataset.REQUESTS) -> None:
        """Keep *rows* of *dataset* until they are published; Refused if too much waits."""
        if sum(_size(file) for each in _ROOMS for file in self.room(each).glob("*/*")) > self.largest:
            raise Refused("503 Service Unavailable", "Too many AI requests wait to be published.", again=600)
        for day, each in rows.items():
            written(each, self.room(dataset) / str(day) / f"{secrets.token_hex(8)}.jsonl.gz")

    def publish(self, now: datetime) -> int:
        """How many days were published because something new had come; 0 while another replica is at it."""
        with self._turn() as mine:
            return sum(self._of(dataset, now) for dataset in _ROOMS) if mine else 0

    def _of(self, dataset: Dataset, now: datetime) -> int:
        """How many days of *dataset* were published."""
        days = [each for each in sorted(self.room(dataset).glob("*")) if each.is_dir()]
        for day in days:
            if date.fromisoformat(day.name) < (now - _KEPT).date():
                shutil.rmtree(day, ignore_errors=True)
        return sum(self._tried(dataset, day, now) for day in days)

    def _tried(self, dataset: Dataset, day: Path, now: datetime) -> bool:
        """Whether *day* was published; a bug in one leaves the others alone."""
        with Caught() as caught:
            return self._published(dataset, day, now)
        if caught.error:
            noted(f"publishing what was pushed of {day.name}", caught.error)
        return False

    def _published(self, dataset: Dataset, day: Path, now: datetime) -> bool:
        files, whole = tuple(sorted(day.glob("*.jsonl.gz"))), day / f"{day.name}.jsonl.gz"
        new = [file for file in files if file != whole]
        if not new:
            return False
        self.facts.publish(_ROOMS[dataset][1](files), now, routine=True)
        _merged(files, whole)
        for file in new:  # one that stays behind is read again: each counts once
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

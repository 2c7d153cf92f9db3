"""A house to publish into, and a server that replays what was recorded of each source."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import sources
from finops.batch import Batch
from finops.discovery import subclasses
from finops.period import Period
from sources._base import AskedSource, Source
from tests.answering import Answering, Asked, Says, answering
from tests.storage.facts.conftest import House
from web.access import Reached
from web.client import NotThere, Web
from web.json_text import parsed

RECORDED = Path(__file__).parent / "recorded"
KEY = "sk-planted-5c0ffee-key"
API_SOURCES = {
    name: kind
    for name, kind in subclasses(sources, Source).items()
    if issubclass(kind, AskedSource) and issubclass(kind, Reached)
}
"""The sources that are asked by HTTP, with a key or without."""


@dataclass(frozen=True)
class Recording:
    """What a source is set to, the period asked for, and what it was answered; *needed* are the fields, by their path
    in the answers, that it cannot do without. *rows* are the places of rows in the answers: the number of the exchange,
    the path of the list (or of the object, where rows have names), the field that tells two rows apart, if any, and
    fields that may hold anything. An exchange says its status where that is not 200."""

    name: str
    kind: type[Any]
    settings: dict[str, Any]
    period: Period
    exchanges: list[dict[str, Any]]
    needed: list[str]
    rows: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Says:
        """The answer to what was asked in this way, at this path, with all of this query and of this body (a question
        that is posted has one); the one that says most of them wins."""
        body = json.loads(asked.body) if asked.body else None
        fits = [each for each in self.exchanges if each["path"] == asked.path and _is_in(each["query"], asked.query)
                and (each.get("body") is None) == (body is None) and _says(each.get("body"), body)]  # fmt: skip
        if not fits:
            return Says({"error": {"type": "nothing_recorded"}}, 400)
        most = max(fits, key=lambda each: len(each["query"]) + len(each.get("body") or ()))
        return Says(most["answer"], most.get("status", 200))


def recordings() -> list[Recording]:
    """Every recording of every source that is asked."""
    return [_recording(name, file) for name in API_SOURCES for file in sorted((RECORDED / name).glob("*.json"))]


class Replay(Web):
    """Gives what was recorded without a server, where thousands of answers are tried."""

    def __init__(self, answer: Callable[[Asked], Says]) -> None:
        super().__init__("http://replay.invalid", "Replay")
        self.answer = answer

    def read(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        asked = {name: list(map(str, v)) if isinstance(v, list) else [str(v)] for name, v in (query or {}).items()}
        said = self.answer(Asked("GET", f"/{path}", asked, {}, b""))
        if said.status == 404:
            raise NotThere(path)
        return parsed(said.bytes)

    def ask(self, path: str, body: Mapping[str, Any], query: Mapping[str, Any] | None = None) -> Any:
        asked = {name: list(map(str, v)) if isinstance(v, list) else [str(v)] for name, v in (query or {}).items()}
        said = Asked("POST", f"/{path}", asked, {}, json.dumps(body).encode())
        return parsed(self.answer(said).bytes)


class Reading:
    """A recording that is replayed by *server*, and the source that reads it."""

    def __init__(self, recording: Recording, server: Answering, into: Path) -> None:
        self.recording, self.server, self.into = recording, server, into
        self.waits: list[float] = []
        key = {"key": SecretStr(KEY)} if "key" in recording.kind.model_fields else {}
        self.source = recording.kind(base_url=server.address, **key, **recording.settings)
        self.web, self.replay = self.source.web(sleep=self.waits.append), Replay(recording.answer)
        server.asked.clear()
        server.chosen = recording.answer

    def batches(self, web: Web | None = None) -> Iterator[Batch]:
        """The batches of the period that was recorded, read through *web* (none: from the server)."""
        return self.source.fetch(web or self.web, self.recording.period, self.into)

    @property
    def files(self) -> set[Path]:
        """The files that were written."""
        return {file for file in self.into.rglob("*") if file.is_file()}


@pytest.fixture(scope="session")
def server() -> Iterator[Answering]:
    with answering() as listening:
        yield listening


@pytest.fixture
def reading(request: pytest.FixtureRequest, server: Answering, tmp_path: Path) -> Reading:
    """The one RECORDING of a file of tests, to be read from the server."""
    return Reading(request.module.RECORDING, server, tmp_path / "pages")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def full(reading: Reading, house: House) -> House:
    """A house that has read all of the recording."""
    for batch in reading.batches():
        house.publish(batch)
    return house


def _recording(name: str, file: Path) -> Recording:
    told = json.loads(file.read_text())
    days = [date.fromisoformat(day) for day in told["period"]]
    return Recording(f"{name}-{file.stem}", API_SOURCES[name], told["settings"], Period(*days), told["exchanges"],
                     told["needed"], told["rows"])  # fmt: skip


def _is_in(recorded: dict[str, Any], asked: Any) -> bool:
    return all(asked.get(name) == (value if isinstance(value, list) else [value]) for name, value in recorded.items())


def _says(recorded: dict[str, Any] | None, asked: dict[str, Any] | None) -> bool:
    return all((asked or {}).get(name) == value for name, value in (recorded or {}).items())

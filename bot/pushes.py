"""Pushes: whoever has the token may send us rows; those that fit are written to a file and published, the others are
rejected by number."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from pydantic import ValidationError

from bot.bodies import NotJson, Refused, bad, body, rows
from bot.bugs import Caught, noted
from bot.door import Wsgi
from bot.gate import Gate
from bot.spool import Spool
from bot.traces import Traces
from finops.batch import Batch, Dataset, Quarantined
from finops.errors import FinopsError
from sources._base import written
from sources._pushed import DriverCount, OutcomeTold, Pushed, driver_counts
from storage.facts import Facts

log = logging.getLogger(__name__)

FILE = "push.jsonl.gz"
_PATIENCE, _SHOWN = 10, 20
_OLDEST, _AHEAD = timedelta(days=7), timedelta(days=1)


@dataclass
class Taken:
    """The *rows* of a push that are taken, and those *rejected*: by number, with a sentence for the sender."""

    rows: list[Pushed] = field(default_factory=list)
    rejected: list[Quarantined] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)

    def reject(self, number: int, name: str, reason: str, other: str = "") -> None:
        """Reject the row with that *number*: what is wrong is the field *name*, or an *other* one that nobody knows."""
        self.rejected.append(Quarantined(FILE, number, name, reason))
        where = f" {name or other}:" if name or other else ""
        self.sentences.append(f"Row {number}:{where} {reason}.")

    @property
    def told(self) -> dict[str, object]:
        """What the sender is answered."""
        some = {"rejected": len(self.rejected), "errors": self.sentences[:_SHOWN]} if self.rejected else {}
        return {"taken": len(self.rows), **some}


@dataclass(frozen=True)
class Kind:
    """What may be pushed to a path: the shape of its rows, and the batch they make; none if they wait for their day."""

    shape: type[Pushed]
    batch: Callable[[tuple[Path, ...]], Batch] | None = None


KINDS: Mapping[str, Kind] = {"/v1/drivers": Kind(DriverCount, driver_counts), "/v1/outcomes": Kind(OutcomeTold)}

TRACES, LOGS = "/v1/traces", "/v1/logs"


def heard(gate: Gate, facts: Facts, spool: Spool, clock: Callable[[], datetime]) -> Wsgi:
    """Everything that may be pushed, in one WSGI application."""
    pushes = Pushes(gate, facts, spool, clock)
    otlp = {TRACES: Traces(gate, spool, clock), LOGS: Traces(gate, spool, clock, logs=True)}

    def hear(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return otlp.get(environ.get("PATH_INFO", ""), pushes)(environ, start)

    return hear


@dataclass(frozen=True)
class Pushes:
    """Hears what is pushed through *gate* to one of KINDS, and publishes it into *facts*, one push at a time; what a
    day has many pushes of waits in *spool*."""

    gate: Gate
    facts: Facts
    spool: Spool
    clock: Callable[[], datetime]
    turn: Lock = field(default_factory=Lock)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """200, how many rows were taken, and which were rejected; a status and one sentence if none could be taken."""
        told: dict[str, object]
        try:
            told, status, headers = self._taken(environ).told, "200 OK", []
        except Refused as refused:
            told, status = {"error": str(refused)}, refused.status
            headers = [("Retry-After", str(refused.again))] if refused.again else []
        start(status, [("Content-Type", "application/json"), *headers])
        return [json.dumps(told).encode()]

    def _taken(self, environ: WSGIEnvironment) -> Taken:
        kind = self._let_in(environ)
        taken = _shaped(kind.shape, rows(body(environ)), self.clock())
        if not taken.rows:
            raise bad(taken.sentences[0])
        if not self.turn.acquire(timeout=_PATIENCE):
            raise Refused("503 Service Unavailable", "Another push is still being taken.", again=_PATIENCE)
        try:
            with Caught() as caught:
                self._kept(kind, taken)
        finally:
            self.turn.release()
        if isinstance(caught.error, Refused):
            raise caught.error
        if isinstance(caught.error, FinopsError):
            raise bad(str(caught.error))
        if caught.error:
            reference = noted("taking a push", caught.error)
            raise Refused(
                "503 Service Unavailable", f"It could not be kept (log: {reference}); send it again.", again=60
            )
        if taken.rejected:
            log.warning("%s rows of a push were rejected; the first: %s", len(taken.rejected), taken.rejected[0].reason)
        return taken

    def _let_in(self, environ: WSGIEnvironment) -> Kind:
        self.gate.pass_(environ)
        kind = KINDS.get(environ.get("PATH_INFO", ""))
        if kind is None:
            raise Refused("404 Not Found", f"Nothing is taken here; there is {', '.join((*KINDS, TRACES, LOGS))}.")
        return kind

    def _kept(self, kind: Kind, taken: Taken) -> None:
        if kind.batch:
            self._published(kind.batch, taken)
        else:
            self.spool.keep(_by_day(taken.rows), Dataset.OUTCOMES)

    def _published(self, batch: Callable[[tuple[Path, ...]], Batch], taken: Taken) -> None:
        now = self.clock()
        folder = self.facts.home / "pages" / f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        file = written((row.model_dump(mode="json") for row in taken.rows), folder / FILE)
        delivery = self.facts.publish(replace(batch((file,)), rejected=tuple(taken.rejected)), now, routine=True)
        if delivery.useless:
            raise bad(f"{delivery.examples[0].field}: {delivery.examples[0].reason}.")


def _shaped(shape: type[Pushed], found: list[Any], now: datetime) -> Taken:
    taken = Taken()
    for number, row in enumerate(found, 1):
        try:
            shaped = shape.model_validate(row)
        except ValidationError as error:
            taken.reject(number, *_problem(shape, row, error))
            continue
        if isinstance(shaped, OutcomeTold) and not now - _OLDEST <= shaped.ts <= now + _AHEAD:
            taken.reject(number, "ts", "is over a week ago or to come; import what is older from a file")
        else:
            taken.rows.append(shaped)
    return taken


def _problem(shape: type[Pushed], row: object, error: ValidationError) -> tuple[str, str, str]:
    """The field that is wrong and why; and the name of a field that there is not, which only the sender is told."""
    if not isinstance(row, dict):
        return "", "is not JSON in UTF-8" if isinstance(row, NotJson) else "is not a JSON object", ""
    first = error.errors(include_input=False)[0]
    name = str(first["loc"][0])[:40] if first["loc"] else ""
    field, other = (name, "") if name in shape.model_fields else ("", name)
    return field, _SAID.get(first["type"], first["msg"].removeprefix("Value error, ")), other


def _by_day(rows: Iterable[Pushed]) -> dict[date, list[dict[str, object]]]:
    """The outcomes among *rows*, by the day (UTC) of each."""
    days: dict[date, list[dict[str, object]]] = {}
    for row in rows:
        if isinstance(row, OutcomeTold):
            told = row.model_dump(exclude={"ts"}) | {"told_at": row.ts.isoformat()}
            days.setdefault(row.ts.date(), []).append(told)
    return days


_SAID = {"extra_forbidden": "there is no such field", "missing": "is missing"}

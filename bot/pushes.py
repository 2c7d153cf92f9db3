"""Pushes: whoever has the token may send us rows; they are written to a file first and then published, all or none."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from wsgiref.types import StartResponse, WSGIEnvironment

from pydantic import ValidationError

from bot.bodies import Refused, bad, body, rows
from bot.bugs import Caught, noted
from bot.door import Wsgi
from bot.gate import Gate
from bot.spool import Spool
from bot.traces import Traces
from finops.batch import Batch, Dataset
from finops.errors import FinopsError
from sources._base import written
from sources._pushed import DriverCount, OutcomeTold, Pushed, driver_counts
from storage.facts import Facts

_PATIENCE = 10
_OLDEST, _AHEAD = timedelta(days=7), timedelta(days=1)


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
        """200 and how many rows were taken; else a status and one sentence, and nothing was taken."""
        told: dict[str, object]
        try:
            told, status, headers = {"taken": self._taken(environ)}, "200 OK", []
        except Refused as refused:
            told, status = {"error": str(refused)}, refused.status
            headers = [("Retry-After", str(refused.again))] if refused.again else []
        start(status, [("Content-Type", "application/json"), *headers])
        return [json.dumps(told).encode()]

    def _taken(self, environ: WSGIEnvironment) -> int:
        kind = self._let_in(environ)
        shaped = _shaped(kind.shape, rows(body(environ)))
        if not self.turn.acquire(timeout=_PATIENCE):
            raise Refused("503 Service Unavailable", "Another push is still being taken.", again=_PATIENCE)
        try:
            with Caught() as caught:
                self._kept(kind, shaped)
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
        return len(shaped)

    def _let_in(self, environ: WSGIEnvironment) -> Kind:
        self.gate.pass_(environ)
        kind = KINDS.get(environ.get("PATH_INFO", ""))
        if kind is None:
            raise Refused("404 Not Found", f"Nothing is taken here; there is {', '.join((*KINDS, TRACES, LOGS))}.")
        return kind

    def _kept(self, kind: Kind, shaped: list[Pushed]) -> None:
        if kind.batch:
            self._published(kind.batch, shaped)
        else:
            self.spool.keep(_by_day(shaped, self.clock()), Dataset.OUTCOMES)

    def _published(self, batch: Callable[[tuple[Path, ...]], Batch], shaped: list[Pushed]) -> None:
        now = self.clock()
        folder = self.facts.home / "pages" / f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        file = written((row.model_dump(mode="json") for row in shaped), folder / "push.jsonl.gz")
        delivery = self.facts.publish(batch((file,)), now, strict=True, routine=True)
        if delivery.examples:
            held = delivery.examples[0]
            raise bad(f"Row {held.row}: {held.field}: {held.reason}.")


def _shaped(shape: type[Pushed], found: list[dict[str, object]]) -> list[Pushed]:
    shaped = []
    for number, row in enumerate(found, 1):
        try:
            shaped.append(shape.model_validate(row))
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            where = "".join(f"{str(step)[:40]}: " for step in first["loc"])
            said = _SAID.get(first["type"], first["msg"].removeprefix("Value error, "))
            raise bad(f"Row {number}: {where}{said}.") from None
    return shaped


def _by_day(shaped: list[Pushed], now: datetime) -> dict[date, list[dict[str, object]]]:
    """The outcomes among *shaped*, by the day (UTC) of each; a time that names no zone is UTC."""
    days: dict[date, list[dict[str, object]]] = {}
    for number, row in enumerate(shaped, 1):
        if isinstance(row, OutcomeTold):
            at = row.ts if row.ts.tzinfo else row.ts.replace(tzinfo=UTC)
            if not now - _OLDEST <= at <= now + _AHEAD:
                raise bad(f"Row {number}: ts: is over a week ago or to come; import what is older from a file.")
            told = row.model_dump(exclude={"ts"}) | {"told_at": at.astimezone(UTC).isoformat()}
            days.setdefault(at.astimezone(UTC).date(), []).append(told)
    return days


_SAID = {"extra_forbidden": "there is no such field", "missing": "is missing"}

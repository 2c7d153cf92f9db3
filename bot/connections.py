"""Connections: the configured sources and targets, each with the way to speak to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

import sources
import targets
from bot.config import located
from bot.settings import Settings
from finops.batch import Batch
from finops.discovery import subclasses
from finops.errors import BadConfig
from finops.money import Money
from finops.period import Period
from sources._base import AskedSource, Source
from targets._base import Target
from web.client import Web

Kind = TypeVar("Kind", bound=BaseModel)


@dataclass(frozen=True)
class ConnectedTarget:
    """A target, and the web to speak to it by."""

    target: Target
    web: Web

    def apply(self, id: str, limit: Money) -> None:
        """Set the limit of *id*."""
        self.target.apply(self.web, id, limit)

    def read_back(self, id: str) -> Money | None:
        """The limit that *id* has there now."""
        return self.target.read_back(self.web, id)


@dataclass(frozen=True)
class ConnectedSource:
    """A source that is asked, and the web to speak to it by."""

    source: AskedSource
    web: Web

    @property
    def settles_after(self) -> int:
        """How many days may still be corrected."""
        return self.source.settles_after

    @property
    def charged(self) -> bool:
        """Whether each question is charged for."""
        return self.source.charged

    @property
    def asked(self) -> int:
        """How many questions it was asked so far."""
        return self.web.asked

    @property
    def spent(self) -> Decimal:
        """What its questions cost so far, USD; zero where their price is not known."""
        return self.web.asked * self.source.price + self.web.spent

    def fetch(self, period: Period, into: Path) -> Iterator[Batch]:
        """The batches of *period*."""
        return self.source.fetch(self.web, period, into)

    def check(self, day: date, into: Path) -> str:
        """What came of a cheap question about *day*."""
        return self.source.check(self.web, day, into)


def connected_sources(settings: Settings) -> dict[str, ConnectedSource]:
    """The sources below `sources:`, by name; BadConfig names what is wrong."""
    known = {name: kind for name, kind in subclasses(sources, Source).items() if issubclass(kind, AskedSource)}
    made = {name: _made(settings, "sources", name, known, said) for name, said in settings.sources.items()}
    return {name: ConnectedSource(each, each.web()) for name, each in made.items()}


def connected_targets(settings: Settings) -> dict[str, ConnectedTarget]:
    """The targets below `targets:`, by name; BadConfig names what is wrong."""
    known = subclasses(targets, Target)  # type: ignore[type-abstract]
    made = {name: _made(settings, "targets", name, known, said) for name, said in settings.targets.items()}
    return {name: ConnectedTarget(each, each.web(attempts=1)) for name, each in made.items()}  # the worker tries again


def _made(settings: Settings, room: str, name: str, known: Mapping[str, type[Kind]], said: dict[str, object]) -> Kind:
    if name not in known:
        raise BadConfig(
            f"{located(settings.home, room, name)}: there is no such one; known are {', '.join(sorted(known))}."
        )
    try:
        return known[name](**said)
    except ValidationError as error:
        first = error.errors()[0]
        where = located(settings.home, room, name, *(str(step) for step in first["loc"]))
        said_of = "there is no such setting" if first["type"] == "extra_forbidden" else first["msg"]
        raise BadConfig(f"{where}: {said_of}.") from None

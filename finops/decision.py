"""A decision is data: the new state of a subject, its audit entry and what must become true because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from finops.audit import Entry


class State(Protocol):
    """A state that can be kept; *subject* names what it is the state of: `request/n7`."""

    @property
    def subject(self) -> str:
        """The kind and the id, with a slash between."""
        ...


S_co = TypeVar("S_co", bound=State, covariant=True)


@dataclass(frozen=True)
class Held(Generic[S_co]):
    """A state as it is kept, with the version that a decision about it must have seen."""

    state: S_co
    version: int


class Must(StrEnum):
    """What an effect makes true: messages show the subject, the target has its limit, a digest is out, the operators
    know a sentence."""

    SHOW = "show"
    LIMIT = "limit"
    DIGEST = "digest"
    TELL = "tell"


@dataclass(frozen=True)
class Effect:
    """What must become true, not what to do: `show request/n7`, `limit budget/search`, `digest finance/2026-11-23`."""

    must: Must
    subject: str
    not_before: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """What was decided on; *seen_version* is 0 for a subject that is new."""

    seen_version: int
    state: State
    entry: Entry
    effects: tuple[Effect, ...] = ()

    @property
    def subject(self) -> str:
        """What the decision is about."""
        return self.state.subject


class Book(Protocol):
    """The only way to write state."""

    def keep(self, decision: Decision) -> int:
        """Write state, entry and effects in one transaction; the new version, or Late if the subject moved on."""
        ...

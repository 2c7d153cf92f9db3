"""What a detector is: it asks a question, looks at the series and says what it sees; it never states money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from finops.question import Question, Series


class Sight(StrEnum):
    """What kind of thing was seen."""

    UP = "up"
    DROP = "drop"
    NEWCOMER = "newcomer"
    CALM = "calm"


@dataclass(frozen=True)
class Sighting:
    """Something seen in the series *name* on *day*: the value, and what was expected (all as floats, in the unit)."""

    name: str
    day: date
    sight: Sight
    value: float
    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class Detector:
    """One way to spot anomalies; *name* is its file's."""

    name: str
    about: str
    question: Callable[[date], Question]
    sightings: Callable[[Series], tuple[Sighting, ...]]

"""What a KPI is: the measures it needs, and how they combine per row after summing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from finops.question import Measure, Values


class Better(StrEnum):
    """Which way is good; *context* means that neither is."""

    LOWER = "lower"
    HIGHER = "higher"
    CONTEXT = "context"


Combine = Callable[[Values], Decimal | None]


@dataclass(frozen=True)
class Kpi:
    """One figure of merit. *of* gives None where it means nothing (no drivers, no tokens), never zero for that."""

    name: str
    label: str
    unit: str
    better: Better
    measures: tuple[Measure, ...]
    of: Combine
    about: str

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of the reporting currency."""
        return self.unit.startswith("USD")


def kpi(label: str, *, unit: str, better: Better, measures: tuple[Measure, ...]) -> Callable[[Combine], Kpi]:
    """Label a function as the KPI of its file; its docstring is the help and the docs."""

    def labelled(of: Combine) -> Kpi:
        return Kpi(of.__name__, label, unit, better, measures, of, inspect.getdoc(of) or "")

    return labelled

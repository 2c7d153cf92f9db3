"""What a KPI is: the measures and parts it needs, and how they combine per row after summing."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from finops.question import MONEY, Dimension, Filter, Measure, Values
from finops.report import Tone
from finops.stamp import LedgerName


class Better(StrEnum):
    """Which way is good; *context* means that neither is."""

    LOWER = "lower"
    HIGHER = "higher"
    CONTEXT = "context"


class Kept(StrEnum):
    """What other ports than the ledger keep, and a KPI can sum: budgets (each day has its share of its month, *so far*
    only of days that are known), incidents (on the day they began; hours, and how many have them), the days that a
    detector *looked* at, forecasts as they were made (of months over, on their last day: what was forecast first, what
    came, how far off that was), and what the bot itself costs (*measured*: what was charged for its questions;
    *configured*: what is said of running it, each day its share of its month)."""

    BUDGET = "budget"
    BUDGET_SO_FAR = "budget_so_far"
    EXCESS = "excess"
    DETECTED = "detected"
    HOURS_TO_DETECT = "hours_to_detect"
    ACKNOWLEDGED = "acknowledged"
    HOURS_TO_ACKNOWLEDGE = "hours_to_acknowledge"
    RESOLVED = "resolved"
    HOURS_TO_RESOLVE = "hours_to_resolve"
    TAKEN = "taken"
    PLANNED = "planned"
    FORECAST = "forecast"
    FORECAST_CAME = "forecast_came"
    FORECAST_OFF = "forecast_off"
    LOOKED = "looked"
    MEASURED = "measured"
    CONFIGURED = "configured"


BUDGETS = frozenset({Kept.BUDGET, Kept.BUDGET_SO_FAR})
"""What budgets keep."""

FORECASTS = frozenset({Kept.FORECAST, Kept.FORECAST_CAME, Kept.FORECAST_OFF})
"""What forecasts keep; what is in none of these is of incidents."""

LOOKS = frozenset({Kept.LOOKED})
"""What detectors did, whatever they saw: of everybody alike."""

TOOL = frozenset({Kept.MEASURED, Kept.CONFIGURED})
"""What the bot itself costs: of the whole company, of no team."""


@dataclass(frozen=True)
class Part:
    """The sum of one measure over what *where* keeps. *budgeted*: of teams that have a budget only; *mean*: a stock
    like seats, so over time the mean of the days that tell it counts. *ledger*: it comes from there, whatever the rest
    comes from."""

    measure: Measure
    where: tuple[Filter, ...] = ()
    budgeted: bool = False
    mean: bool = False
    ledger: LedgerName | None = None


@dataclass(frozen=True)
class Bands:
    """What is published as good and as bad; what lies between is worth a look."""

    good: Decimal
    bad: Decimal

    def tone(self, value: Decimal) -> Tone:
        """How *value* is meant."""
        if self.good < self.bad:
            return Tone.GOOD if value < self.good else Tone.ALARM if value > self.bad else Tone.WARNING
        return Tone.GOOD if value >= self.good else Tone.ALARM if value < self.bad else Tone.WARNING


Combine = Callable[[Values], Decimal | None]


@dataclass(frozen=True)
class Kpi:
    """One figure of merit, of *measures*, of *parts* under their names, and of what is *kept* elsewhere. *of* gives
    None where it means nothing (no drivers, no tokens), never zero for that; *needs* says what would give it. What
    nobody said is zero, but for the parts that must be *told*: where one of those is missing, it is None. *within*: it
    is reckoned within each of these, and added up."""

    name: str
    label: str
    unit: str
    better: Better
    measures: tuple[Measure, ...]
    of: Combine
    about: str
    parts: Mapping[str, Part] = field(default_factory=dict)
    kept: tuple[Kept, ...] = ()
    needs: str = ""
    bands: Bands | None = None
    ledger: LedgerName | None = None
    told: tuple[str, ...] = ()
    within: tuple[Dimension, ...] = ()

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of the reporting currency."""
        return self.unit.startswith("USD")

    @property
    def counts(self) -> bool:
        """Whether it is made of counts alone, so that nothing of it hangs on a price."""
        measures = {*self.measures, *(part.measure for part in self.parts.values())}
        return not self.kept and not measures & MONEY

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of all that it is combined from."""
        return (*self.measures, *self.parts, *self.kept)

    def tone(self, value: Decimal | None) -> Tone:
        """How *value* is meant, where that is published."""
        return self.bands.tone(value) if self.bands and value is not None else Tone.PLAIN


def kpi(
    label: str,
    *,
    unit: str,
    better: Better,
    measures: tuple[Measure, ...] = (),
    parts: Mapping[str, Part] | None = None,
    kept: tuple[Kept, ...] = (),
    needs: str = "",
    bands: Bands | None = None,
    ledger: LedgerName | None = None,
    told: tuple[str, ...] = (),
    within: tuple[Dimension, ...] = (),
) -> Callable[[Combine], Kpi]:
    """Label a function as the KPI of its file; its docstring is the help and the docs."""

    def labelled(of: Combine) -> Kpi:
        about, given = inspect.getdoc(of) or "", _told(of, told)
        given = _added(of.__name__, given) if within else given
        return Kpi(of.__name__, label, unit, better, measures, given, about, parts or {}, kept, needs, bands, ledger,
                   told, within)  # fmt: skip

    return labelled


def _told(of: Combine, told: tuple[str, ...]) -> Combine:
    return lambda sums: of(sums) if all(name in sums for name in told) else None


def _added(name: str, of: Combine) -> Combine:
    """What is reckoned and added up already, under *name*; None of nothing."""
    return lambda sums: sums[name] if name in sums else of(sums) if sums else None


def of_classes(name: str, classes: Iterable[str]) -> Mapping[str, Part]:
    """Three parts: what the tokens of *classes* cost, how many they were, and how many of them have no price."""
    where = (Filter(Dimension.TOKEN_CLASS, tuple(classes)),)
    sums = {"cost": Measure.TOKEN_COST, "tokens": Measure.TOKENS, "unpriced": Measure.UNPRICED_TOKENS}
    return {f"{name}_{each}": Part(measure, where) for each, measure in sums.items()}


def counted(driver: str, *, mean: bool = False) -> Part:
    """How often *driver* was counted."""
    return Part(Measure.DRIVERS, (Filter(Dimension.DRIVER, (driver,)),), mean=mean)

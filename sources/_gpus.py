"""GPUs as Prometheus saw them in a day: who held each, for how long it was busy, and how much energy it took."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pydantic import BaseModel, Field

from sources._fields import Id, Text

STEP = 300
"""Seconds that a sample stands for; as long as Prometheus looks back, so that a gap is one."""
_HOTTEST = 10_000


class Metric(BaseModel):
    """The labels of a series that say which GPU it is of."""

    uuid: Id = Field(alias="UUID")
    node: Text = Field(default="", alias="Hostname")
    model: Text = Field(default="", alias="modelName")


@dataclass(frozen=True)
class Holder:
    """Who held a GPU; nobody, if it names nothing."""

    namespace: str = ""
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sampled:
    """The samples of one series, by the second since 1970; None where a sample is not a number that can be."""

    metric: Metric
    holder: Holder
    samples: Mapping[int, Decimal | None]


@dataclass
class Use:
    """What one holder made of a GPU: seconds held, seconds busy, and joules."""

    held: Decimal = Decimal(0)
    busy: Decimal = Decimal(0)
    joules: Decimal = Decimal(0)


@dataclass(frozen=True)
class Part:
    """A part of a GPU's day."""

    holder: Holder
    idle: bool
    seconds: Decimal
    joules: Decimal


@dataclass
class Gpu:
    """One GPU, and its use by holder."""

    metric: Metric
    uses: dict[Holder, Use] = field(default_factory=lambda: defaultdict(Use))

    def parts(self, seconds: int) -> list[Part]:
        """Its day of so many *seconds*: busy and idle by holder. What nobody saw is idle and nobody's."""
        unseen = max(seconds - sum((use.held for use in self.uses.values()), Decimal(0)), Decimal(0))
        parts = [part for holder, use in self.uses.items() for part in _parts(holder, use)]
        parts += [Part(Holder(), True, unseen, Decimal(0))] if unseen else []
        return [part for part in parts if part.seconds or part.joules]


def _parts(holder: Holder, use: Use) -> Iterator[Part]:
    busy = use.joules * use.busy / use.held if use.held else Decimal(0)
    yield Part(holder, False, use.busy, busy)
    yield Part(holder, True, max(use.held - use.busy, Decimal(0)), max(use.joules - busy, Decimal(0)))


def gpus(busy: Iterable[Sampled], watts: Iterable[Sampled], full: int) -> list[Gpu]:
    """The GPUs of the series *busy* (*full* is the number that says wholly busy) and *watts*. Where several hold one
    GPU at a time they share it evenly. Whoever holds it while the measure is not a number holds it idle."""
    found: dict[str, Gpu] = {}
    for each, seconds, sample in _shared(busy):
        use = _of(found, each).uses[each.holder]
        use.held += seconds
        use.busy += seconds * sample / full if sample is not None and 0 <= sample <= full else 0
    for each, seconds, sample in _shared(watts):
        if sample is not None and 0 <= sample <= _HOTTEST:
            _of(found, each).uses[each.holder].joules += sample * seconds
    return list(found.values())


def _of(found: dict[str, Gpu], each: Sampled) -> Gpu:
    return found.setdefault(each.metric.uuid, Gpu(each.metric))


def _shared(series: Iterable[Sampled]) -> Iterator[tuple[Sampled, Decimal, Decimal | None]]:
    """Each sample, and for how many seconds it stands."""
    every = list(series)
    at_once = Counter((each.metric.uuid, at) for each in every for at in each.samples)
    for each in every:
        for at, sample in each.samples.items():
            yield each, Decimal(STEP) / at_once[each.metric.uuid, at], sample

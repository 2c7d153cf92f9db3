"""Stand-ins that work: a ledger that sums rows in a list, a book that compares and swaps, and a desk of both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fnmatch import fnmatch

import numpy as np

import finops.kpis
from finops.anomalies.incident import Incident
from finops.audit import Entry
from finops.batch import Quarantined
from finops.budgets.approval import BudgetRequest, Proposed
from finops.budgets.budget import Budget
from finops.company import Company
from finops.decision import Decision, Effect, Held, State
from finops.desk import Desk
from finops.discovery import instances
from finops.doubt import Doubt
from finops.driver import DriverCount
from finops.errors import Late, Unclear
from finops.kpi import Kpi
from finops.people import Member, People, Role
from finops.period import Period
from finops.question import Answer, Dimension, Filter, Freshness, Known, Measure, Question, Row, Series
from finops.stamp import Finality, LedgerName, Stamp

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
YESTERDAY = TODAY - timedelta(days=1)
ERIK, FIONA, RAJ, DANA = (Member(f"U{name.upper()}", name.title()) for name in ("erik", "fiona", "raj", "dana"))
PEOPLE = People({who.id: frozenset({Role.APPROVER}) for who in (ERIK, FIONA, RAJ)})


@dataclass(frozen=True)
class Fact:
    """What one name used on one day; *labels* by dimension, *sums* by measure."""

    day: date
    labels: Mapping[Dimension, str]
    sums: Mapping[Measure, Decimal]


def fact(day: date, cost: object = 0, tokens: int = 0, requests: int = 0, **labels: str) -> Fact:
    """A fact of AI cost; labels by the dimensions' names, drivers by `drivers="3"`."""
    drivers = Decimal(labels.pop("drivers", "0"))
    named = {Dimension(name): value for name, value in ({"scope": "ai"} | labels).items()}
    spent = Decimal(str(cost))
    return Fact(day, named, {Measure.COST: spent, Measure.TOKEN_COST: spent if tokens else Decimal(0),
                             Measure.TOKENS: Decimal(tokens), Measure.REQUESTS: Decimal(requests),
                             Measure.DRIVERS: drivers})  # fmt: skip


@dataclass
class RowLedger:
    """A ledger over a list of facts; feeds reach to *last_day*, asked questions are remembered."""

    facts: list[Fact]
    last_day: date = YESTERDAY
    first_day: date = date(2025, 11, 1)
    dataset: str = "charges"
    asked: list[Question] = field(default_factory=list)

    def answer(self, question: Question) -> Answer:
        """The sums of the facts in its period that pass its filters."""
        self.asked.append(question)
        now = self._sums(question, question.period)
        before = self._sums(question, question.versus) if question.versus else {}
        keys = dict.fromkeys((*now, *before)) if question.versus and not question.grain else now
        rows = [self._row(question, key, now, before) for key in keys]
        ranked = sorted(rows, key=lambda row: (row.day or date.min, -row.values[question.measures[0]], row.name))
        stamp = Stamp(NOW, Finality.PROVISIONAL, LedgerName.BILLED, "USD", until=self.last_day)
        return Answer(question, tuple(ranked), self._total(question, question.period), stamp,
                      self._total(question, question.versus) if question.versus else None)  # fmt: skip

    def chosen(
        self, period: Period, first: LedgerName = LedgerName.BILLED, where: tuple[Filter, ...] = ()
    ) -> LedgerName:
        """There is one."""
        return LedgerName.BILLED

    def series(self, question: Question) -> Series:
        """Daily floats, NaN before a name begins, and what they are exactly."""
        rows = self.answer(replace(question, grain="day")).rows
        names = tuple(sorted({row.name for row in rows}))
        values = np.full((len(names), question.period.days), np.nan)
        for number, name in enumerate(names):
            mine = {row.day: float(row.values[question.measures[0]]) for row in rows if row.name == name}
            for place, day in enumerate(question.period):
                if day >= min(mine):
                    values[number, place] = mine.get(day, 0.0)
        exact = {(row.name, row.day): row.values[question.measures[0]] for row in rows}
        return Series(names, question.period, values, exact)

    def known(self, *, ever: bool = False) -> Known:
        """The labels there are, late ones and others, and the days."""
        values = {d: tuple(sorted({f.labels.get(d, "") for f in self.facts} - {""})) for d in Dimension}
        return Known(values, Period(self.first_day, self.last_day + timedelta(days=1)))

    def freshness(self) -> tuple[Freshness, ...]:
        """One feed, read this morning."""
        return (Freshness("focus", self.dataset, self.first_day, self.last_day, NOW, len(self.facts)),)

    def _sums(self, question: Question, period: Period) -> dict[tuple[object, ...], dict[Measure, Decimal]]:
        found: dict[tuple[object, ...], dict[Measure, Decimal]] = {}
        for each in self.facts:
            if each.day not in period or not all(_passes(each, kept) for kept in question.where):
                continue
            key = (*(each.labels.get(d, "") for d in question.by), *([each.day] if question.grain else []))
            sums = found.setdefault(key, dict.fromkeys(question.measures, Decimal(0)))
            for measure in question.measures:
                sums[measure] += each.sums.get(measure, Decimal(0))
        return found

    def _total(self, question: Question, period: Period) -> dict[Measure, Decimal]:
        sums = self._sums(replace(question, by=(), grain=None), period)
        return sums.get((), dict.fromkeys(question.measures, Decimal(0)))

    @staticmethod
    def _row(question: Question, key: tuple[object, ...], now: Mapping[tuple[object, ...], dict[Measure, Decimal]],
             before: Mapping[tuple[object, ...], dict[Measure, Decimal]]) -> Row:  # fmt: skip
        zero = dict.fromkeys(question.measures, Decimal(0))
        named = {d: str(value) for d, value in zip(question.by, key, strict=False)}
        day = key[-1] if question.grain and isinstance(key[-1], date) else None
        return Row(named, now.get(key, zero), before.get(key, zero) if question.versus else None, day)


def _passes(each: Fact, kept: Filter) -> bool:
    found = any(fnmatch(each.labels.get(kept.dimension, "").lower(), value.lower()) for value in kept.values)
    return found is not kept.negated


@dataclass
class Shelf:
    """A book and everything that is kept in it; a decision on an old version is Late."""

    held: dict[str, Held[State]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    budgeted: tuple[Budget, ...] = ()
    counted: dict[tuple[object, ...], Decimal] = field(default_factory=dict)
    doubted: tuple[Doubt, ...] = ()
    looked: frozenset[date] = frozenset()
    held_back: dict[str, tuple[Quarantined, ...]] = field(default_factory=dict)

    def doubts(self) -> tuple[Doubt, ...]:
        """What is doubted."""
        return self.doubted

    def quarantined(self) -> Mapping[str, tuple[Quarantined, ...]]:
        """What is held back."""
        return self.held_back

    def keep(self, decision: Decision) -> int:
        """Compare and swap."""
        version = self.held[decision.subject].version if decision.subject in self.held else 0
        if version != decision.seen_version:
            raise Late("It moved on.", subject=decision.subject)
        self.held[decision.subject] = Held(decision.state, version + 1)
        self.entries.append(decision.entry)
        self.effects += decision.effects
        return version + 1

    def request(self, id: str) -> Held[BudgetRequest]:
        """The request with this id."""
        return self._one(f"request/{id}")

    def requests(self, *, waiting: bool = False) -> tuple[Held[BudgetRequest], ...]:
        """All requests, or those that wait."""
        found = [held for subject, held in self.held.items() if subject.startswith("request/")]
        return tuple(h for h in found if not waiting or isinstance(h.state, Proposed))

    def new_id(self) -> str:
        """The next id."""
        return f"n{len(self.requests()) + 1}"

    def incident(self, id: str) -> Held[Incident]:
        """The incident with this id."""
        return self._one(f"incident/{id}")

    def incidents(self, *, open: bool = False) -> tuple[Held[Incident], ...]:
        """All incidents, or those that go on."""
        found = [held for subject, held in self.held.items() if subject.startswith("incident/")]
        return tuple(h for h in found if not open or h.state.is_open)

    def budgets(self) -> tuple[Held[Budget], ...]:
        """All budgets."""
        return tuple(Held(each, 1) for each in self.budgeted)

    def budget(self, team: str) -> Held[Budget]:
        """The budget of *team*."""
        found = [held for held in self.budgets() if held.state.team == team]
        if not found:
            raise Unclear(f"{team} has no budget.", example="budget", field="team")
        return found[0]

    def tell(self, told: DriverCount, by: Member, now: datetime) -> bool:
        """Whether it was another count before."""
        said = {**self.counted, (told.driver, told.app, told.team, told.day): told.count}
        changed, self.counted = said != self.counted, said
        return changed

    def failures(self) -> Mapping[str, str]:
        """Nothing failed."""
        return {}

    def questions(self, now: datetime) -> Mapping[str, int]:
        """Nobody charges for them."""
        return {}

    def charged(self, period: Period) -> Mapping[date, Decimal]:
        """Nothing was charged."""
        return {}

    def looked_at(self) -> frozenset[date]:
        """What was looked at."""
        return self.looked

    def _one(self, subject: str) -> Held:
        if subject not in self.held:
            raise Unclear(f"There is no {subject}.")
        return self.held[subject]


def desk(facts: Iterable[Fact], shelf: Shelf | None = None) -> Desk:
    """A desk over *facts* and what is kept on the *shelf*."""
    kept = shelf or Shelf()
    return Desk(RowLedger(list(facts)), kept, kept, kept, kept, PEOPLE, kept, kept, instances(finops.kpis, Kpi),
                Company("Brightwater"))  # fmt: skip

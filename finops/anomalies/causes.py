"""Causes: which factor of an incident moved, beside the same days of the weeks before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from finops.anomalies.incident import Incident
from finops.anomalies.usual import named
from finops.charge import cache_hit_rate
from finops.period import Period
from finops.question import Answer, Dimension, Ledger, Measure, Question, Row, Values
from finops.report import Piece, Quantity, Share, Text, say

Pair = tuple[str, Text]


@dataclass(frozen=True)
class Causes:
    """What *incident* is made of: its days by key and model and by token class, each beside the days before."""

    incident: Incident
    makers: Answer
    classes: Answer

    def calls(self) -> list[Pair]:
        """How many calls, how many tokens each, and how many came from a cache: now and before."""
        now, before = self.makers.total, self.makers.previous or {}
        pairs = _pair("Calls", _count(now, Measure.REQUESTS), _count(before, Measure.REQUESTS))
        pairs += _pair("Tokens per call", _per_call(now), _per_call(before))
        return pairs + _pair("Cache hit rate", self._cached(previous=False), self._cached(previous=True), share=True)

    def heavier(self) -> Decimal | None:
        """By what share the tokens per call moved; None where nobody counted."""
        now, before = _per_call(self.makers.total), _per_call(self.makers.previous or {})
        return now / before - 1 if now and before else None

    def tokens_per_call(self) -> Decimal | None:
        """What a call takes now."""
        return _per_call(self.makers.total)

    def main(self, dimension: Dimension) -> list[Pair]:
        """The key or model that most of the difference comes from, and its part of it."""
        moved = self._moved(dimension)
        total = sum(moved.values(), Decimal(0))
        name = max(moved, key=lambda each: moved[each] / total, default="") if total else ""
        if not name:
            return []
        part = moved[name] / total
        share = say(" (", Share(part), " of the difference)") if part < 1 else ()
        return [(dimension.capitalize(), (*say(name), *share))]

    def tokens(self, dimension: Dimension) -> list[tuple[str, Decimal, Decimal]]:
        """The tokens of each key or model, before and now; what moved most first."""
        sums: dict[str, tuple[Decimal, Decimal]] = {}
        for row in self.makers.rows:
            name = row.key[dimension]
            before, now = sums.get(name, (Decimal(0), Decimal(0)))
            sums[name] = before + _tokens(row, previous=True), now + _tokens(row, previous=False)
        said = [(name, before, now) for name, (before, now) in sums.items() if before or now]
        return sorted(said, key=lambda each: -abs(each[2] - each[1]))

    def share_of(self, measure: Measure) -> Decimal | None:
        """By what share *measure* moved; None where nobody counted."""
        now, before = _count(self.makers.total, measure), _count(self.makers.previous or {}, measure)
        return now / before - 1 if now and before else None

    def fresh(self, dimension: Dimension) -> tuple[str, ...]:
        """The keys or models of these days that the days before did not know."""
        rows = [row for row in self.makers.rows if row.key[dimension]]
        known = {row.key[dimension] for row in rows if row.previous and any(row.previous.values())}
        return tuple(sorted({row.key[dimension] for row in rows if any(row.values.values())} - known))

    def used(self, dimension: Dimension) -> tuple[str, ...]:
        """The keys or models of these days, largest first."""
        rows = [row for row in self.makers.rows if row.key[dimension] and any(row.values.values())]
        return tuple(dict.fromkeys(row.key[dimension] for row in rows))

    def _moved(self, dimension: Dimension) -> dict[str, Decimal]:
        moved: dict[str, Decimal] = {}
        for row in self.makers.rows:
            before = row.previous[Measure.COST] if row.previous else Decimal(0)
            name = row.key[dimension]
            moved[name] = moved.get(name, Decimal(0)) + row.values[Measure.COST] - before
        return moved

    def _cached(self, *, previous: bool) -> Decimal | None:
        tokens = {row.key[Dimension.TOKEN_CLASS]: _tokens(row, previous=previous) for row in self.classes.rows}
        return cache_hit_rate(tokens)


def causes(incident: Incident, ledger: Ledger) -> Causes:
    """The causes of *incident* as the ledger knows them."""
    days = Period(incident.day, incident.last_day + timedelta(days=1))
    back = timedelta(weeks=-(-days.days // 7))
    versus = Period(days.start - back, days.end - back)
    where = (named(incident.dimension, incident.name),)
    makers = Question((Measure.COST, Measure.TOKENS, Measure.REQUESTS), days, (Dimension.KEY, Dimension.MODEL), where,
                      versus)  # fmt: skip
    classes = Question((Measure.TOKENS,), days, (Dimension.TOKEN_CLASS,), where, versus)
    return Causes(incident, ledger.answer(makers), ledger.answer(classes))


def _tokens(row: Row, *, previous: bool) -> Decimal:
    values = row.previous if previous else row.values
    return values[Measure.TOKENS] if values else Decimal(0)


def _count(values: Values, measure: Measure) -> Decimal | None:
    return values.get(measure) or None


def _per_call(values: Values) -> Decimal | None:
    calls, tokens = _count(values, Measure.REQUESTS), _count(values, Measure.TOKENS)
    return tokens / calls if calls and tokens else None


def _pair(label: str, now: Decimal | None, before: Decimal | None, *, share: bool = False) -> list[Pair]:
    def said(number: Decimal) -> Piece:
        return Share(number) if share else Quantity(number)

    if now is None:
        return []
    return [(label, say(said(before), " → ", said(now)) if before is not None else say(said(now)))]

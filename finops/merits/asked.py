"""Asking a KPI: its measures in one question, its parts in one for each filter, and who keeps the rest; by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from finops.desk import Desk
from finops.errors import Unclear
from finops.kpi import BUDGETS, Kpi, Part
from finops.merits.counting import counted
from finops.merits.crossing import crossed, joined
from finops.merits.kept import Asked, Keeper, dimensions, keepers, known_days, step
from finops.merits.within import added, finer
from finops.question import COUNTED_BY, Answer, Dimension, Filter, Grain, Measure, Question, Row, Values
from finops.ranking import of_names, ranked, unranked
from finops.stamp import LedgerName, Stamp

_Key = tuple[tuple[str, ...], date | None]
_Sums = dict[_Key, dict[str, Decimal]]


def asked(kpi: Kpi, desk: Desk, question: Question) -> Answer:
    """The answer to *question* with all inputs of *kpi*, its rows ranked by what they come to."""
    question = counted(kpi, desk.ledger, question)
    answer = _whole(kpi, desk, unranked(question))
    whole = replace(answer.question, top=question.top, least=question.least)
    if question.top and question.grain and question.by:
        named = asked(kpi, desk, replace(question, grain=None, versus=None))
        return replace(answer, question=whole, rows=of_names(answer.rows, named.rows))
    return replace(answer, question=whole, rows=ranked(answer.rows, whole, kpi.of))


def _whole(kpi: Kpi, desk: Desk, question: Question) -> Answer:
    """All rows; one query where it needs no more than measures."""
    if apart := finer(kpi, question):
        return added(kpi, question, _whole(kpi, desk, apart), lambda each: _whole(kpi, desk, each))
    whole = replace(question, ledger=question.ledger or kpi.ledger, measures=kpi.measures)
    if not kpi.parts and not kpi.kept:
        return desk.ledger.answer(whole)
    _refuse_cuts(kpi, whole)
    whole = crossed(kpi, desk.ledger, whole)
    now = _side(kpi, desk, replace(whole, versus=None))
    stamp = now.stamp or desk.ledger.answer(replace(whole, measures=(Measure.COST,), by=(), versus=None)).stamp
    before = crossed(kpi, desk.ledger, whole.over(whole.versus)) if whole.versus else None
    earlier = _side(kpi, desk, replace(before, ledger=stamp.ledger)) if before else None
    return _answer(kpi, Answer(replace(question, period=whole.period), (), {}, stamp), now, earlier)


@dataclass
class _Side:
    """The inputs of one period by row, and over all rows."""

    rows: _Sums = field(default_factory=dict)
    total: dict[str, Decimal] = field(default_factory=dict)
    stamp: Stamp | None = None

    def add(self, by: Sequence[Dimension], mine: Sequence[Dimension], rows: _Sums) -> None:
        """Join *rows*, which are by *mine*; each is repeated where the question is *by* more than that."""
        if len(by) == len(mine) or not self.rows:
            places = {each: number for number, each in enumerate(mine)}
            for (names, at), values in rows.items():
                key = tuple(names[places[each]] if each in places else "" for each in by)
                self.rows.setdefault((key, at), {}).update(values)
            return
        kept = [number for number, each in enumerate(by) if each in mine]
        for (names, at), values in self.rows.items():
            values |= rows.get((tuple(names[n] for n in kept), at), {})


def _side(kpi: Kpi, desk: Desk, question: Question) -> _Side:
    side = _Side()
    for (counts, where, mean, own), names in sorted(_groups(kpi, desk).items(), key=lambda each: each[0][0]):
        mine = tuple(each for each in question.by if not counts or each in COUNTED_BY)
        measures = tuple(dict.fromkeys(names.values()))
        ledger = own or question.ledger or (side.stamp.ledger if side.stamp else None)
        part = replace(question, measures=measures, where=(*question.where, *where), by=mine, top=None, ledger=ledger)
        answer = desk.ledger.answer(replace(part, grain=Grain.DAY) if mean else part)
        side.stamp = joined(side.stamp, answer.stamp)
        rows, total = _meant(answer, question.grain) if mean else _plain(answer)
        side.add(question.by, mine, {key: _named(values, names) for key, values in rows.items()})
        side.total |= _named(total, names) if answer.rows else {}
    if kpi.kept:
        known = known_days(desk, question.period, side.stamp)
        told = Asked(desk, replace(question, ledger=side.stamp.ledger if side.stamp else question.ledger), known)
        for each in keepers(kpi.kept):
            _keep(each, told, side)
    return side


_Group = tuple[bool, tuple[Filter, ...], bool, LedgerName | None]


def _groups(kpi: Kpi, desk: Desk) -> Mapping[_Group, Mapping[str, Measure]]:
    """What one question can ask together: whether it counts drivers, its filters, whether it is a mean, and its
    ledger; by name."""
    found: dict[_Group, dict[str, Measure]] = {}
    for name, part in ({str(each): Part(each) for each in kpi.measures} | dict(kpi.parts)).items():
        where = part.where + (_budgeted(desk) if part.budgeted else ())
        counts = part.measure is Measure.DRIVERS and bool(where)
        found.setdefault((counts, where, part.mean, part.ledger), {})[name] = part.measure
    return found


def _budgeted(desk: Desk) -> tuple[Filter, ...]:
    return (Filter(Dimension.TEAM, tuple(held.state.team for held in desk.budgets.budgets())),)


def _plain(answer: Answer) -> tuple[Mapping[_Key, Values], Values]:
    return {(tuple(row.key.values()), row.day): row.values for row in answer.rows}, answer.total


def _meant(answer: Answer, grain: Grain | None) -> tuple[Mapping[_Key, Values], Values]:
    """The means over the days that tell each row, and over all days that tell any."""
    rows: dict[_Key, list[Values]] = {}
    for row in answer.rows:
        if row.day:
            rows.setdefault((tuple(row.key.values()), step(row.day, grain)), []).append(row.values)
    days = len({row.day for row in answer.rows}) or 1
    means = {key: {name: sum((each[name] for each in told), Decimal(0)) / len(told) for name in told[0]}
             for key, told in rows.items()}  # fmt: skip
    return means, {name: value / days for name, value in answer.total.items()}


def _named(values: Values, names: Mapping[str, Measure]) -> dict[str, Decimal]:
    return {name: values[measure] for name, measure in names.items()}


def _keep(keeper: Keeper, asked: Asked, side: _Side) -> None:
    mine = tuple(each for each in asked.question.by if each in keeper.cuts)
    rows: _Sums = {}
    for each in keeper.passing(asked):
        _sum(rows.setdefault((tuple(each.labels.get(cut, "") for cut in mine), each.at), {}), each.sums)
        _sum(side.total, each.sums)
    side.add(asked.question.by, mine, rows)


def _sum(into: dict[str, Decimal], more: Mapping[str, Decimal]) -> None:
    for name, value in more.items():
        into[name] = into.get(name, Decimal(0)) + value


def _refuse_cuts(kpi: Kpi, question: Question) -> None:
    """Incidents are seen in apps, and are of teams, and forecasts of teams: what else they are of, nobody can say."""
    if not kpi.kept or BUDGETS & set(kpi.kept):
        return
    known = dimensions(kpi.kept)
    named = {*question.by, *(each.dimension for each in question.where)}
    if not known and named:
        raise Unclear(f"{kpi.label} is of the whole company, so it can be cut by time only.",
                      example=f"kpi {kpi.name} by month")  # fmt: skip
    if not named <= set(known):
        raise Unclear(
            f"{kpi.label} can be cut by {' and '.join(known)} and by time.", example=f"kpi {kpi.name} by team"
        )


def _answer(kpi: Kpi, said: Answer, now: _Side, before: _Side | None) -> Answer:
    """What is *said* already, with the rows and totals."""
    gone = before.rows if before and not said.question.grain else {}
    rows = [_row(kpi, said.question, key, now, before) for key in dict.fromkeys((*now.rows, *gone))]
    ordered = sorted(rows, key=lambda row: (row.day or date.min, -(kpi.of(row.values) or Decimal(0)), row.name))
    previous = _full(kpi, before.total) if before else None
    return replace(said, rows=tuple(ordered), total=_full(kpi, now.total), previous=previous)


def _row(kpi: Kpi, question: Question, key: _Key, now: _Side, before: _Side | None) -> Row:
    names, day = key
    previous = _full(kpi, before.rows.get(key, {})) if before and not question.grain else None
    return Row(dict(zip(question.by, names, strict=True)), _full(kpi, now.rows.get(key, {})), previous, day)


def _full(kpi: Kpi, values: Values) -> Values:
    """Zero for what nobody said, but for what must be told."""
    return {name: values.get(name, Decimal(0)) for name in kpi.inputs if name in values or name not in kpi.told}

"""The keyring: which keys made calls this week, which of them are new, back again or nobody's, and what they used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from finops.digests.section import Briefing
from finops.period import Period
from finops.question import AI, Dimension, Measure, Question
from finops.stamp import LedgerName

_RECENT, _BEFORE = 30, 90
Pair = tuple[str, str]


@dataclass(frozen=True)
class Keyring:
    """Keys by name. *models* are those first seen this week, each with the key that used it. Where nothing is known
    of the weeks before, nothing counts as new."""

    unowned: tuple[str, ...]
    new: tuple[str, ...]
    revived: tuple[str, ...]
    models: tuple[Pair, ...]

    def news(self) -> Iterator[str]:
        """What is unlike last week, most telling first, as ends of a sentence."""
        for model, key in self.models:
            yield f"{key or 'a key without a name'} used {model}, which nobody had used before"
        other = [key for key in self.new if key not in {key for _, key in self.models}]
        if other:
            yield f"{_counted(len(other), 'key is', 'keys are')} new ({', '.join(other[:3])})"
        if self.revived:
            yield f"{', '.join(self.revived[:3])} called again after a month of silence"
        if self.unowned:
            yield f"{_counted(len(self.unowned), 'key', 'keys')} without an owner made calls"


def keyring(briefing: Briefing) -> Keyring:
    """The keyring of this week, from metered calls."""
    start = briefing.week.start
    now = _used(briefing, briefing.week, Dimension.KEY, Dimension.MODEL)
    lately = _used(briefing, _back(start, _RECENT, 0), Dimension.KEY, Dimension.MODEL)
    long_ago = _used(briefing, _back(start, _BEFORE, _RECENT), Dimension.KEY, Dimension.MODEL)
    owned = _used(briefing, briefing.week, Dimension.KEY, Dimension.TEAM)
    keys, known, old = ({key for key, _ in used if key} for used in (now, lately, long_ago))
    models = {model for _, model in lately | long_ago}
    return Keyring(
        unowned=tuple(sorted({key for key, team in owned if key and not team})),
        new=tuple(sorted(keys - known - old)) if known | old else (),
        revived=tuple(sorted((keys & old) - known)),
        models=tuple(sorted((model, key) for key, model in now if model and model not in models)) if models else (),
    )


def _back(start: date, first: int, last: int) -> Period:
    return Period(date.fromordinal(start.toordinal() - first), date.fromordinal(start.toordinal() - last))


def _used(briefing: Briefing, period: Period, *by: Dimension) -> set[Pair]:
    asked = Question((Measure.REQUESTS,), period, by=by, where=AI, ledger=LedgerName.METERED)
    rows = briefing.desk.ledger.answer(asked).rows
    return {(row.key[by[0]], row.key[by[1]]) for row in rows if row.values[Measure.REQUESTS]}


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"

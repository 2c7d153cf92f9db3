"""An incident as a card, in the voice of whoever reads it: what changed, why, so what, what next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from finops.causes import Causes, Pair, causes
from finops.decision import Held
from finops.desk import Company
from finops.detector import Sight
from finops.incident import Incident, Stage
from finops.incident_words import fate, what_changed
from finops.money import Money
from finops.people import Audience
from finops.period import Period, month_of
from finops.question import Dimension, Ledger, Measure
from finops.report import (
    Choice,
    Choices,
    Facts,
    Line,
    Mark,
    Moment,
    Part,
    Quantity,
    Report,
    Table,
    Tone,
    Trend,
    say,
)
from finops.usual import Usual, daily, usual

_SHOWN, _HISTORY, _LISTED = timedelta(days=27), timedelta(days=90), timedelta(days=9)
_TYPED = re.compile(r"^[\w.-]+$")


def card(held: Held[Incident], ledger: Ledger, company: Company, audience: Audience) -> Report:
    """The incident as it stands; where amounts are not shown, there are none in it."""
    incident, why = held.state, causes(held.state, ledger)
    days = _days(incident, ledger, audience)
    choices: tuple[Part, ...] = (_choices(held, audience),) if incident.is_open else ()
    return Report(
        title=f"Unusual: {incident.name}",
        verdict=(*fate(incident, audience), *what_changed(incident, why, audience)),
        parts=(Facts(tuple(_facts(incident, why, audience))), days.trend(), *choices),
        details=(days.table(),),
        stamp=why.makers.stamp,
        tone=_tone(incident),
        subject=incident.subject,
        audience=audience,
    )


def _facts(incident: Incident, why: Causes, audience: Audience) -> list[Pair]:
    voices = {Audience.FINANCE: _finance, Audience.ENGINEERING: _engineering, Audience.SECURITY: _security}
    owner = ("Team", say(incident.team or "nobody owns it"))
    return [*voices[audience](incident, why), owner, ("Seen", say(Moment(incident.opened_at)))]


def _finance(incident: Incident, why: Causes) -> list[Pair]:
    below = incident.excess.amount < 0
    pairs: list[Pair] = [("Below usual so far" if below else "Above usual so far", say(_size(incident.excess)))]
    if incident.expected.amount:
        pairs.append((f"Usual on a {incident.day:%A}", say(incident.low, " to ", incident.high)))
    left = (month_of(incident.last_day).end - incident.last_day).days - 1
    if incident.is_open and left and not below:
        more = incident.excess * (Decimal(left) / ((incident.last_day - incident.day).days + 1))
        pairs.append(("More by month end if it goes on", say(more)))
    return pairs + why.main(Dimension.MODEL)


def _engineering(incident: Incident, why: Causes) -> list[Pair]:
    return [*why.calls(), *why.main(Dimension.MODEL), *why.main(Dimension.KEY)]


def _security(incident: Incident, why: Causes) -> list[Pair]:
    keys, models = why.used(Dimension.KEY), why.fresh(Dimension.MODEL)
    pairs: list[Pair] = [("Keys", say(", ".join(keys[:3]) or "no key is named"))]
    pairs.append(("Keys not seen before", say(", ".join(why.fresh(Dimension.KEY)[:3]) or "none")))
    pairs.append(("Models not seen before", say(", ".join(models[:3]) or "none")))
    return pairs + why.calls()[:2]


@dataclass(frozen=True)
class _Days:
    """The days of an incident and those before it: cost, or tokens where no amounts are shown."""

    incident: Incident
    sums: Mapping[date, Decimal]
    unit: str

    def usual(self, day: date) -> Usual:
        return usual(self.sums, day, self.incident.day)

    def trend(self) -> Trend:
        days = tuple(day for day in self.sums if day >= self.incident.day - _SHOWN)
        normal = [self.usual(day) for day in days]
        line = Line(self.incident.name, tuple(self.sums[day] for day in days))
        mark = Mark(self.incident.day, self.times(), ring=True)
        title = f"{self.incident.name}{', tokens' if self.unit == 'tokens' else ''}: {self.times()}"
        return Trend(title, days, (line,), self.unit,
                     tuple((each.low, each.high) for each in normal), marks=(mark,))  # fmt: skip

    def table(self) -> Table:
        days = [day for day in sorted(self.sums, reverse=True) if day >= self.incident.day - _LISTED]
        what = "Tokens" if self.unit == "tokens" else "Cost"
        rows = tuple((say(day), say(self.exact(self.sums[day])), say(self.exact(self.usual(day).expected)))
                     for day in days)  # fmt: skip
        return Table(("Day", what, "Usual on that weekday"), rows)

    def exact(self, amount: Decimal) -> str | Quantity:
        return Quantity(amount) if self.unit == "tokens" else Money(amount, self.unit).cents

    def times(self) -> str:
        expected = self.usual(self.incident.day).expected
        if not expected or self.incident.sight is Sight.NEWCOMER:
            return "new"
        return f"{self.sums[self.incident.day] / expected:.1f}× its usual"


def _days(incident: Incident, ledger: Ledger, audience: Audience) -> _Days:
    period = Period(incident.day - _HISTORY, incident.last_day + timedelta(days=1))
    measure = Measure.COST if audience.sees_amounts else Measure.TOKENS
    unit = incident.actual.currency if audience.sees_amounts else "tokens"
    return _Days(incident, daily(ledger, incident.dimension, incident.name, period, measure), unit)


def _choices(held: Held[Incident], audience: Audience) -> Choices:
    incident = held.state

    def settle(action: str) -> dict[str, str]:
        return {"id": incident.id, "action": action, "seen": str(held.version)}

    options = [Choice("Acknowledge", "anomalies", settle("acknowledge"), Tone.GOOD)]
    if incident.stage is Stage.ACKNOWLEDGED:
        options = []
    options.append(Choice("Mark as planned", "anomalies", settle("planned"),
                          confirm=f"Nothing more is said about {incident.name} while this lasts."))  # fmt: skip
    if _TYPED.match(incident.name):
        words = f"by model last 14d {incident.dimension}:{incident.name} vs previous"
        options.append(Choice("Ask why", "cost" if audience.sees_amounts else "tokens", {"words": words}))
    return Choices(tuple(options))


def _tone(incident: Incident) -> Tone:
    return {Stage.OPEN: Tone.ALARM, Stage.ACKNOWLEDGED: Tone.WARNING}.get(incident.stage, Tone.GOOD)


def _size(amount: Money) -> Money:
    return -amount if amount.amount < 0 else amount

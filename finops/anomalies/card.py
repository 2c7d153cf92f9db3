"""An incident as a card, in the voice of whoever reads it: what changed, why, so what, what next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from finops.anomalies.causes import Causes, Pair, causes
from finops.anomalies.incident import Incident, Stage
from finops.anomalies.usual import Daily, Usual, daily, named, usual
from finops.anomalies.words import doubled, fate, moved, what_changed
from finops.company import Company
from finops.decision import Held
from finops.detector import Sight
from finops.money import Money
from finops.people import Audience
from finops.period import Period, month_of
from finops.question import Dimension, Ledger, Measure, nobody
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
from finops.stamp import LedgerName

_SHOWN, _HISTORY, _LISTED = timedelta(days=27), timedelta(days=90), timedelta(days=9)
_MOST = 10


def card(held: Held[Incident], ledger: Ledger, company: Company, audience: Audience, *, anew: bool = False) -> Report:
    """The incident as it stands, or told *anew* because it got worse; where amounts are not shown, there are none in
    it. Its stamp is that of the days it shows, its causes are always counted call by call."""
    incident, why = held.state, causes(held.state, ledger)
    days = _days(incident, ledger, audience)
    choices: tuple[Part, ...] = (_choices(held),) if incident.is_open else ()
    return Report(
        title=f"{'Worse' if anew else 'Unusual'}: {incident.name}",
        verdict=(*fate(incident, audience), *doubled(incident, days.cost(incident.doubled)),
                 *what_changed(incident, why, audience, days.ratio())),
        parts=(Facts(tuple(_facts(incident, why, audience))), days.trend(), *choices),
        details=(days.table(),),
        stamp=days.shown.stamp,
        tone=_tone(incident),
        subject=incident.subject,
        audience=audience,
    )  # fmt: skip


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
    shown: Daily
    unit: str

    def usual(self, day: date) -> Usual:
        return usual(self.shown.sums, day, self.incident.day)

    def cost(self, day: date | None) -> Money | None:
        known = self.shown.sums.get(day) if day and self.unit != "tokens" else None
        return Money(known, self.unit) if known is not None else None

    def trend(self) -> Trend:
        days = tuple(day for day in self.shown.sums if day >= self.incident.day - _SHOWN)
        normal = [self.usual(day) for day in days]
        line = Line(self.incident.name, tuple(self.shown.sums[day] for day in days))
        mark = Mark(self.incident.day, self.times(), ring=True)
        title = f"{self.incident.name}{', tokens' if self.unit == 'tokens' else ''}: {self.times()}"
        return Trend(title, days, (line,), self.unit,
                     tuple((each.low, each.high) for each in normal), marks=(mark,))  # fmt: skip

    def table(self) -> Table:
        sums = self.shown.sums
        days = [day for day in sorted(sums, reverse=True) if day >= self.incident.day - _LISTED]
        what = "Tokens" if self.unit == "tokens" else "Cost"
        rows = tuple((say(day), say(self.exact(sums[day])), say(self.exact(self.usual(day).expected)))
                     for day in days)  # fmt: skip
        return Table(("Day", what, "Usual on that weekday"), rows)

    def exact(self, amount: Decimal) -> str | Quantity:
        return Quantity(amount) if self.unit == "tokens" else Money(amount, self.unit).cents

    def ratio(self) -> Decimal | None:
        expected = self.usual(self.incident.day).expected
        return self.shown.sums[self.incident.day] / expected if expected else None

    def times(self) -> str:
        ratio = self.ratio()
        return "new" if ratio is None or self.incident.sight is Sight.NEWCOMER else f"{ratio:.1f}× its usual"


def _days(incident: Incident, ledger: Ledger, audience: Audience) -> _Days:
    period = Period(incident.day - _HISTORY, incident.last_day + timedelta(days=1))
    where = named(incident.dimension, incident.name)
    if audience.sees_amounts:
        return _Days(incident, daily(ledger, where, period, incident.ledger), incident.actual.currency)
    found = daily(ledger, where, period, incident.ledger, Measure.TOKENS)
    if not any(found.sums.values()):  # a bill need not count tokens
        found = daily(ledger, where, period, LedgerName.METERED, Measure.TOKENS)
    return _Days(incident, found, "tokens")


def _choices(held: Held[Incident]) -> Choices:
    incident = held.state

    def settle(action: str) -> dict[str, str]:
        return {"id": incident.id, "action": action, "seen": str(held.version)}

    options = [Choice("Acknowledge", "anomalies", settle("acknowledge"), Tone.GOOD)]
    if incident.stage is Stage.ACKNOWLEDGED:
        options = []
    options.append(Choice("Mark as planned", "anomalies", settle("planned"),
                          confirm=f"Nothing more is said about {incident.name} while this lasts."))  # fmt: skip
    options.append(Choice("Ask why", "anomalies", {"id": incident.id, "action": "why"}))
    return Choices(tuple(options))


def reasons(incident: Incident, ledger: Ledger, audience: Audience) -> Report:
    """Which factor of the incident moved, beside the same days of the weeks before; counts only, no amounts."""
    why = causes(incident, ledger)
    facts = [*why.calls(), *why.main(Dimension.KEY), *why.main(Dimension.MODEL)]
    tables = [_moves(why, each) for each in (Dimension.KEY, Dimension.MODEL)]
    return Report(f"Why {incident.name}", moved(incident, why), (Facts(tuple(facts)), *(t for t in tables if t.rows)),
                  stamp=why.makers.stamp, audience=audience, private=True)  # fmt: skip


def _moves(why: Causes, dimension: Dimension) -> Table:
    rows = [(say(name or nobody(dimension)), say(Quantity(before)), say(Quantity(now)))
            for name, before, now in why.tokens(dimension)]  # fmt: skip
    return Table((dimension.capitalize(), "Tokens before", "Tokens now"), tuple(rows[:_MOST]))


def _tone(incident: Incident) -> Tone:
    return {Stage.OPEN: Tone.ALARM, Stage.ACKNOWLEDGED: Tone.WARNING}.get(incident.stage, Tone.GOOD)


def _size(amount: Money) -> Money:
    return -amount if amount.amount < 0 else amount

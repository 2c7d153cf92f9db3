"""Reach: up to where a report can speak: the last day that is over everywhere, and whole in the data of one ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from finops.period import Period, last_days
from finops.question import AI, Freshness, Ledger
from finops.stamp import LedgerName

_LAG, _FORTNIGHT = timedelta(days=3), 14
_FEEDS = {LedgerName.BILLED: "charges", LedgerName.METERED: "requests"}


@dataclass(frozen=True)
class Reach:
    """The one *ledger* of a report, and *until*: the first day that is not complete in it."""

    ledger: LedgerName
    until: date

    @property
    def last(self) -> date:
        """The last complete day."""
        return self.until - timedelta(days=1)

    def days(self, count: int) -> Period:
        """*count* complete days, the last of them included."""
        return last_days(count, self.until)


def reach(ledger: Ledger, until: date, first: LedgerName = LedgerName.BILLED) -> Reach:
    """Up to where a report on the days before *until* can speak, from the *first* ledger if it knows enough of AI.
    Where nothing came for a fortnight, nothing is known of the days before *until*."""
    lately = last_days(_FORTNIGHT, until)
    chosen = ledger.chosen(lately, first, AI)
    last = reached(ledger.freshness(), until, chosen)
    return Reach(chosen, last + timedelta(days=1) if last in lately else until)


def since(ledger: Ledger, name: LedgerName) -> date | None:
    """The first day of which the ledger called *name* knows anything; None where no feed of it says."""
    return min((feed.first_day for feed in ledger.freshness() if feed.dataset == _FEEDS[name]), default=None)


def cut_short(ledger: Ledger, name: LedgerName, period: Period, versus: Period | None) -> str:
    """That data of *name* start within what is asked about, or what it is compared with; empty if they do not."""
    first = since(ledger, name)
    begun = f"{str(name).capitalize()} data start on {first.day} {first:%B %Y}" if first else ""
    if first and period.start < first < period.end:
        return f"{begun}."
    if first and versus and versus.start < first < versus.end:
        return f"{begun}, so {versus} is not whole; compare with care."
    return ""


def open_day(today: date, now: datetime) -> date:
    """The first day that is not over: neither where the company is, on *today*, nor in UTC, which charges go by."""
    return min(today, now.astimezone(UTC).date())


def reached(feeds: Iterable[Freshness], until: date, ledger: LedgerName) -> date:
    """The last day before *until* that all living feeds of *ledger* reach and were read after. One that ended days ago
    holds nothing back, unless all did."""
    yesterday = until - timedelta(days=1)
    ends = [_end(feed) for feed in feeds if feed.dataset == _FEEDS[ledger]]
    living = [end for end in ends if end > yesterday - _LAG] or [max(ends, default=yesterday)]
    return min([*living, yesterday])


def _end(feed: Freshness) -> date:
    return min(feed.last_day, feed.read_at.date() - timedelta(days=1))

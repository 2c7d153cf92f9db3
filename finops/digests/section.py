"""What a digest section is: parts for one audience about one period, or nothing when there is no news."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from finops.budgets.budget import Standing
from finops.desk import Desk
from finops.forecasting.foreseen import foreseen
from finops.forecasting.outlook import Asked, Outlook, outlooks
from finops.people import Audience
from finops.period import Period, month_of
from finops.question import AI
from finops.reach import Reach
from finops.report import Part
from finops.stamp import LedgerName


@dataclass(frozen=True)
class Briefing:
    """What a section is handed: the desk (its ledger narrowed to what the audience may see), for whom and when, and its
    *reach*: the one ledger that all its questions are put to, and the last day that is complete in it."""

    desk: Desk
    audience: Audience
    today: date
    now: datetime
    reach: Reach

    @property
    def ledger(self) -> LedgerName:
        """The ledger to ask."""
        return self.reach.ledger

    @property
    def week(self) -> Period:
        """The seven days ending with the last complete one."""
        return self.reach.days(7)

    @cached_property
    def stands(self) -> tuple[Standing, ...]:
        """How every budget stands, reckoned once for all who speak of it."""
        budgets = [held.state for held in self.desk.budgets.budgets()]
        return tuple(foreseen(budgets, self.desk.ledger, self.reach))

    @cached_property
    def outlook(self) -> Outlook | None:
        """How the month ends that the last complete day lies in; None where the days do not suffice, or it is over."""
        told = outlooks(self.desk.ledger, Asked(month_of(self.week.last), AI), self.reach)
        return next((each for each in told if each.told and each.to_come), None)


Says = Callable[[Briefing], Sequence[Part]]


@dataclass(frozen=True)
class Section:
    """One part of a digest, at its *place* in the order, for its *audiences*; *detail* puts it into the thread."""

    name: str
    place: int
    audiences: tuple[Audience, ...]
    says: Says
    about: str
    detail: bool = False


def section(place: int, *audiences: Audience, detail: bool = False) -> Callable[[Says], Section]:
    """Label a function as the section of its file; an empty answer leaves it out."""

    def labelled(says: Says) -> Section:
        return Section(says.__name__, place, audiences, says, inspect.getdoc(says) or "", detail)

    return labelled

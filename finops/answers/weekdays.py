"""What to mind of sums by weekday: a period seldom holds each weekday equally often."""

from __future__ import annotations

from finops.period import Period
from finops.question import WEEKDAYS


def uneven(period: Period) -> str:
    """Which weekdays *period* holds once more than the others; nothing where it holds whole weeks."""
    weeks, more = divmod(period.days, 7)
    if not more:
        return ""
    first = period.start.weekday()
    once_more = [WEEKDAYS[(first + number) % 7] for number in range(more)]
    named = " and ".join(filter(None, (", ".join(once_more[:-1]), once_more[-1])))
    return f"Not whole weeks: {named} fell into it {_times(weeks + 1)}, every other weekday {_times(weeks)}."


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")

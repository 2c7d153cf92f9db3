"""A doubt: a source says no more of days than it did, which is not believed at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from finops.period import Period

BELIEVED_AFTER = timedelta(hours=20)
"""For so long what was known stays; who says the same later is believed. Less than a day, for those who collect daily,
and longer than most outages that look like an empty answer."""
_HOURS = BELIEVED_AFTER / timedelta(hours=1)


@dataclass(frozen=True)
class Doubt:
    """*source* said *had* rows of *dataset* in *days* (some of them, *count*), and *since* then says only *said*."""

    source: str
    dataset: str
    days: Period
    count: int
    had: int
    said: int
    since: datetime

    @property
    def sentence(self) -> str:
        """What is doubted, and what to do if it is right."""
        days = "one day" if self.count == 1 else f"{self.count} days"
        return (f"{self.source}: {days} of {self.dataset} {self.days.within} had {_rows(self.had)}, now there "
                f"{self._now}. What was known stays until that is said again {_HOURS:.0f} hours later; if it is right, "
                f"`tuppence collect {self.source} --believe` takes it at once.")  # fmt: skip

    @property
    def _now(self) -> str:
        if not self.said:
            return "are none"
        if self.said * 2 < self.had:
            return f"{'is' if self.said == 1 else 'are'} only {self.said:,}"
        return f"{'is' if self.said == 1 else 'are'} {self.said:,}, at less than half the cost"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"

"""What to mind of figures by hour: whose hours they are, and who tells days only."""

from __future__ import annotations

from collections.abc import Iterator

from finops.question import Answer

_MOST = 5


def minded(answer: Answer) -> Iterator[str]:
    """Sentences on the hours of *answer*, if it is of hours."""
    if not answer.question.hourly:
        return
    yield f"Hours and their weekdays are those of {answer.question.zone}, the days of the period those of UTC."
    told = [f"{each.provider or 'no provider'} ({each.days} days)" for each in answer.stamp.daily]
    more = [f"{len(told) - _MOST} more"] if told[_MOST:] else []
    if told:
        yield f"Not in it, for no hours are told or kept (92 days) of them: {', '.join([*told[:_MOST], *more])}."

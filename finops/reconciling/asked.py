"""What is asked to be reconciled: a period in words, last month where nothing is said."""

from datetime import date

from finops.errors import Unclear
from finops.period import Period, month_of
from finops.when import months_back, period


def asked(words: str, today: date, example: str) -> Period:
    """The period that *words* name and nothing else; Unclear with *example*."""
    each = words.split()
    if not each:
        return month_of(months_back(today.replace(day=1), 1))
    taken = period(each, today)
    left = each[taken[1] :] if taken else each
    if not taken or left:
        raise Unclear(f"“{left[0]}” is no period.", example=example)
    return taken[0]

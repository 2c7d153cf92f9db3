"""Finance: where the bill and the meter differ by more than one per cent, provider by provider."""

from collections.abc import Sequence
from datetime import timedelta

from finops.digests.section import Briefing, section
from finops.people import Audience
from finops.period import Period, month_of
from finops.reconciling.report import NOTICED, beside, gaps
from finops.reconciling.sides import Compared, compared
from finops.report import Code, Note, Part, say

_LAGS = timedelta(days=5)


@section(30, Audience.FINANCE, detail=True)
def reconciliation(briefing: Briefing) -> Sequence[Part]:
    """Metered beside billed, by provider, where they differ by more than 1 %: of this month, in its first days of the
    last one."""
    found = compared(briefing.desk.ledger, _period(briefing))
    wide = [each for each in gaps(found) if each.share is not None and abs(each.share) > NOTICED]
    if not wide or not _both(found):
        return ()
    month = f"{found.period.start:%Y-%m}"
    about = say(f"Bill and meter differ {found.period.within}; ", Code(f"/finops reconcile {month}"), " says why.")
    return (Note(about), beside(wide, found.billed.currency))


def _both(found: Compared) -> bool:
    return found.billed.until is not None and found.metered.until is not None


def _period(briefing: Briefing) -> Period:
    """The month that the bill has told enough of, as far as the digest reaches."""
    month = month_of(briefing.reach.last - _LAGS)
    return Period(month.start, min(month.end, briefing.reach.until))

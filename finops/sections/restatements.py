"""What was told before and is not so any more: a provider, or a source, restated its days."""

from collections.abc import Iterator, Sequence

from finops.digests.restated import Restated, last_told, restated
from finops.digests.section import Briefing, section
from finops.digests.weekly import money
from finops.people import Audience
from finops.period import day_in
from finops.report import Note, Part, Piece, Share, Strong, say

_MOST = 3
_NEXT = {
    Audience.FINANCE: "Reports until then show the old figures.",
    Audience.ENGINEERING: "Trends drawn until then show the old figures; no call was made or lost.",
    Audience.SECURITY: "What was taken in, and when, is in the audit chain.",
}


@section(17, *Audience)
def restatements(briefing: Briefing) -> Sequence[Part]:
    """The months of providers that moved by more than 1 %, or by more than 50 of the reporting currency, in the days
    that the last digest (where there was none: a week ago) took for complete; the largest three by name."""
    found = restated(briefing)
    if not found:
        return ()
    day = day_in(briefing.desk.company.zone, last_told(briefing))
    said = [piece for each in found[:_MOST] for piece in (" · ", *_said(briefing, each))]
    rest = f" · other ({len(found) - _MOST})" if found[_MOST:] else ""
    since = f"  since {day:%a} {day.day} {day:%b}: "
    return (Note(say(Strong("Restated"), since, *said[1:], f"{rest}. {_NEXT[briefing.audience]}")),)


def _said(briefing: Briefing, each: Restated) -> Iterator[Piece]:
    yield f"{each.provider} {each.period.within} "
    share = Share(each.share, signed=True) if each.share is not None else "from nothing"
    if not briefing.audience.sees_amounts:
        yield share
        return
    yield from ("+" if each.moved > 0 else "", money(briefing, each.moved), " (", share, "), now ",
                money(briefing, each.now))  # fmt: skip

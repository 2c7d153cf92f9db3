"""Security: keys nobody owns, keys that are new or back again, models never seen before, and which keys call."""

from collections.abc import Sequence

from finops.digests.keyring import Keyring, keyring
from finops.digests.section import Briefing, section
from finops.digests.weekly import days
from finops.people import Audience
from finops.question import Dimension, Measure
from finops.report import Facts, Part, Quantity, Text, say

_MOST = 3


@section(10, Audience.SECURITY)
def keys(briefing: Briefing) -> Sequence[Part]:
    """Keys without a team, new and revived keys, models first seen this week, and the calls of each key. No amounts."""
    ring = keyring(briefing)
    striking = {key for _, key in ring.models} | {*ring.new, *ring.revived, *ring.unowned}
    title = f"{' and '.join(sorted(striking)[:2])}: calls by key" if striking else "Calls by key"
    chart = days(briefing, title, Dimension.KEY, "calls", Measure.REQUESTS, first=sorted(striking))
    return (_counts(ring), *((chart,) if chart else ()))


def _counts(ring: Keyring) -> Facts:
    models = [f"{model} by {key or 'a key without a name'}" for model, key in ring.models]
    found: dict[str, Sequence[str]] = {"Keys without owner": ring.unowned, "New keys": ring.new,
                                       "First-seen models": models}  # fmt: skip
    found |= {"Keys back after a month": ring.revived} if ring.revived else {}
    return Facts(tuple((label, _named(names)) for label, names in found.items()))


def _named(names: Sequence[str]) -> Text:
    if not names:
        return say(Quantity.of(0))
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return say(Quantity.of(len(names)), f" ({', '.join(names[:_MOST])}{more})")

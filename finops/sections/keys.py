"""Security: keys nobody owns, keys that are new or back again, models never seen before, and which keys call."""

from collections.abc import Iterator, Sequence

from finops.keyring import Keyring, keyring
from finops.people import Audience
from finops.question import Dimension, Measure
from finops.report import Facts, Note, Part, Quantity, say
from finops.section import Briefing, section
from finops.weekly import days

_MOST = 3


@section(10, Audience.SECURITY)
def keys(briefing: Briefing) -> Sequence[Part]:
    """Keys without a team, new and revived keys, models first seen this week, and the calls of each key. No amounts."""
    ring = keyring(briefing)
    striking = {key for _, key in ring.models} | {*ring.new, *ring.revived, *ring.unowned}
    title = f"{' and '.join(sorted(striking)[:2])}: calls by key" if striking else "Calls by key"
    chart = days(briefing, title, Dimension.KEY, "calls", Measure.REQUESTS, first=striking)
    return (_counts(ring), *_notes(ring), *((chart,) if chart else ()))


def _counts(ring: Keyring) -> Facts:
    found = {"Keys without owner": ring.unowned, "New keys": ring.new, "First-seen models": ring.models}
    return Facts(tuple((label, say(Quantity.of(len(held)))) for label, held in found.items()))


def _notes(ring: Keyring) -> Iterator[Note]:
    for model, key in ring.models[:_MOST]:
        yield Note(say(f"{model} was first used this week, by {key or 'a key without a name'}."))
    for key in ring.unowned[:_MOST]:
        yield Note(say(f"{key} has no team."))
    for key in ring.revived[:_MOST]:
        yield Note(say(f"{key} called again after a month of silence."))

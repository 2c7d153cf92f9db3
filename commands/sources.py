"""`/finops sources`: how fresh the figures are."""

from datetime import timedelta

from finops.command import Nothing, command, never
from finops.desk import Ask
from finops.question import Freshness
from finops.report import Moment, Note, Quantity, Report, Table, Text, Tone, say

_LATE = timedelta(days=3)


@command("sources", Nothing, amounts=never)
def sources(ask: Ask, arguments: Nothing) -> Report:
    """How fresh each source is, and how many rows were held back."""
    feeds = ask.desk.ledger.freshness()
    failing = ask.desk.errors.failures()
    if not feeds and not failing:
        return Report("Sources", say("No data yet. Import a file with `tuppence import focus FILE`, or name a source."))
    late = [feed for feed in feeds if ask.today - feed.last_day > _LATE]
    held_back = sum(feed.quarantined for feed in feeds)
    notes = tuple(Note(say(f"{source}: {text}")) for source, text in failing.items())
    table = Table(("Feed", "Reaches", "Read", "Rows", "Held back"), tuple(_row(feed) for feed in feeds))
    tone = Tone.WARNING if failing or held_back else Tone.GOOD
    verdict = f"{len(feeds)} feeds; {len(late)} end more than 3 days ago; {held_back} rows are held back."
    return Report("Sources", say(verdict), (*notes, table), tone=tone)


def _row(feed: Freshness) -> tuple[Text, ...]:
    return (say(f"{feed.feed} ({feed.dataset})"), say(feed.last_day), say(Moment(feed.read_at)),
            say(Quantity.of(feed.rows)), say(Quantity.of(feed.quarantined)))  # fmt: skip

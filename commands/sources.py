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
    notes += tuple(Note(say(_charged(source, asked))) for source, asked in ask.desk.errors.questions(ask.now).items())
    table = Table(("Feed", "Reaches", "Read", "Rows", "Held back"), tuple(_row(feed) for feed in feeds))
    tone = Tone.WARNING if failing or held_back else Tone.GOOD
    verdict = f"{_several(len(feeds), 'feed')}; {_late(len(late), len(feeds))}; {_held(held_back)}."
    return Report("Sources", say(verdict), (*notes, table), tone=tone)


def _charged(source: str, asked: int) -> str:
    return f"{source} charges for each question; it was asked {_several(asked, 'question')} this month."


def _several(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _late(count: int, of: int) -> str:
    if not count:
        return "none ends more than 3 days ago"
    return f"{'all' if count == of > 1 else count} end{'s' if count == 1 else ''} more than 3 days ago"


def _held(count: int) -> str:
    return f"{_several(count, 'row') if count else 'no row'} {'is' if count < 2 else 'are'} held back"


def _row(feed: Freshness) -> tuple[Text, ...]:
    return (say(f"{feed.feed} ({feed.dataset})"), say(feed.last_day), say(Moment(feed.read_at)),
            say(Quantity.of(feed.rows)), say(Quantity.of(feed.quarantined)))  # fmt: skip

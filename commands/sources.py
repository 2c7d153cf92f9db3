"""`/finops sources`: how fresh the figures are."""

from collections.abc import Iterator
from datetime import timedelta

from finops.batch import Quarantined
from finops.command import Nothing, command, never
from finops.desk import Ask
from finops.disagreeing import disagreements
from finops.period import last_days
from finops.question import Freshness
from finops.report import Moment, Note, Part, Quantity, Report, Table, Text, Tone, say

_LATE = timedelta(days=3)
_USED, _MOST = 30, 3


@command("sources", Nothing, amounts=never)
def sources(ask: Ask, arguments: Nothing) -> Report:
    """How fresh each source is, and how many rows were held back; the rest, in the thread."""
    feeds = ask.desk.ledger.freshness()
    failing, doubted = ask.desk.errors.failures(), () if ask.desk.teams else ask.desk.errors.doubts()
    if not feeds and not failing:
        return Report("Sources", say("No data yet. Import a file with `tuppence import focus FILE`, or name a source."))
    late = [feed for feed in feeds if ask.today - feed.last_day > _LATE]
    held_back = sum(feed.quarantined for feed in feeds)
    told = [*(f"{source}: {text}" for source, text in failing.items()), *(doubt.sentence for doubt in doubted)]
    charged = [_charged(source, asked) for source, asked in ask.desk.errors.questions(ask.now).items()]
    table = Table(("Feed", "Reaches", "Read", "Rows", "Held back"), tuple(_row(feed) for feed in feeds))
    tone = Tone.WARNING if told or held_back else Tone.GOOD
    verdict = f"{_several(len(feeds), 'feed')}; {_late(len(late), len(feeds))}; {_held(held_back)}."
    notes = (*(Note(say(text)) for text in (*told, *charged)), *_uncounted(feeds), *_prices(ask))
    parts: tuple[Part, ...] = (*notes, table)
    return Report("Sources", say(verdict), parts, (*_settling(feeds), *_examples(ask)), tone=tone)


def _uncounted(feeds: tuple[Freshness, ...]) -> Iterator[Note]:
    """Whose figures are in no answer, and whose are in their place."""
    other = [feed for feed in feeds if feed.instead]
    found = [f"{feed.feed} ({feed.dataset}), {feed.last_day:%B %Y}: {feed.instead} is" for feed in other]
    more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    if found:
        yield Note(say(f"Not counted: {'; '.join([*found[:_MOST], *more])}. Of sources that tell of the same, the one "
                       "that knows most days of the month counts; they are never added."))  # fmt: skip


def _settling(feeds: tuple[Freshness, ...]) -> Iterator[Part]:
    """How far the sources that are asked say that they are complete, and what is read again each time."""
    asked = [feed for feed in feeds if feed.settles_after is not None or feed.watermark]
    if asked:
        rows = tuple((say(f"{feed.feed} ({feed.dataset})"), say(Moment(feed.watermark) if feed.watermark else "–"),
                      say(_again(feed.settles_after))) for feed in asked)  # fmt: skip
        yield Table(("Feed", "Complete to", "Read again"), rows)


def _examples(ask: Ask) -> Iterator[Part]:
    """Where the first rows that are held back lie; whose they are is not known, so only for whoever sees all teams."""
    held = {} if ask.desk.teams else ask.desk.errors.quarantined()
    rows = [(source, each) for source, examples in held.items() for each in examples]
    if rows:
        yield Note(say("These rows count in no figure; mend them where they come from. The first of each source:"))
        yield Table(("Source", "File", "Row", "Field", "Reason"), tuple(_held_row(*row) for row in rows))


def _held_row(source: str, each: Quarantined) -> tuple[Text, ...]:
    return say(source), say(each.file), say(f"{each.row}"), say(each.field or "–"), say(each.reason)


def _prices(ask: Ask) -> tuple[Note, ...]:
    """List prices are public, so they may be told where amounts are not; what hangs on them is not told here."""
    found = disagreements(ask.desk.ledger, ask.desk.prices, last_days(_USED, ask.today))
    told = [str(each) for each in found[:_MOST]]
    more = [f"and {len(found) - _MOST} more, which `tuppence doctor` names"] if len(found) > _MOST else []
    return (Note(say(f"The price lists disagree on {'; '.join([*told, *more])}.")),) if found else ()


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


def _again(settles_after: int | None) -> str:
    """The days that are read again each time; files are handed over and are not."""
    return "–" if settles_after is None else f"last {_several(settles_after, 'day')}"

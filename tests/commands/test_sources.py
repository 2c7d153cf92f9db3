"""`/finops sources` says how far each feed reaches, what is not believed, and where rows lie that are held back."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.plain import plain
from bot.render import render
from commands.sources import sources
from finops.batch import Quarantined
from finops.command import Nothing
from finops.desk import Ask
from finops.doubt import Doubt
from finops.people import Place
from finops.period import Period
from finops.question import Freshness
from finops.report import Report
from tests.finops.fakes_ledger import ERIK, NOW, RowLedger, Shelf, desk

FEED = Freshness("acme/x", "charges", date(2026, 11, 1), date(2026, 11, 23), NOW, 12345, 2,
                 datetime(2026, 11, 23, 6, 30, tzinfo=UTC), 3)  # fmt: skip
DOUBT = Doubt("acme", "charges", Period(date(2026, 11, 20), date(2026, 11, 22)), 2, 40, 1, NOW)
HELD = {"acme": (Quarantined("<!channel>.csv", 7, "*cost*", "“<@U1>” is no number"), Quarantined("b.csv", 8, "", "x"))}


@dataclass
class Feeds(RowLedger):
    """A ledger of some feeds."""

    feeds: tuple[Freshness, ...] = (FEED,)

    def freshness(self) -> tuple[Freshness, ...]:
        return self.feeds


def report(teams: tuple[str, ...] = (), feeds: tuple[Freshness, ...] = (FEED,)) -> Report:
    at = replace(desk([], Shelf(doubted=(DOUBT,), held_back=HELD)), ledger=Feeds([], feeds=feeds), teams=teams)
    return sources.run(Ask(at, ERIK, Place(""), NOW), Nothing())


def test_a_feed_shows_its_days_its_watermark_what_is_read_again_and_what_is_held_back() -> None:
    said = plain(report(), "UTC")
    assert "1 feed; none ends more than 3 days ago; 2 rows are held back." in said
    for word in ("acme/x (charges)", "23 Nov 06:30", "last 3 days", "12,345", "Complete to"):
        assert word in said


def test_a_feed_that_does_not_count_is_named_with_the_source_that_does() -> None:
    assert "Not counted" not in plain(report(), "UTC")
    several = [replace(FEED, feed=f"acme/{name}", instead="focus") for name in "abcd"]
    said = plain(report(feeds=(FEED, *several)), "UTC")
    assert "Not counted: acme/a (charges), November 2026: focus is; acme/b" in said
    assert "; and 1 more. Of sources that tell of the same, the one that knows most days of the month counts" in said


def test_what_is_doubted_is_said_with_what_to_do() -> None:
    said = plain(report(), "UTC")
    assert "2 days of charges from 20 Nov to 21 Nov 2026 had 40 rows, now there is only 1." in said
    assert "tuppence collect acme --believe" in said


def test_rows_held_back_are_shown_by_place_in_the_thread_and_call_nobody() -> None:
    thread = replace(report(), parts=report().details, details=())
    assert "b.csv" in plain(thread, "UTC")
    assert "b.csv" not in plain(replace(report(), details=()), "UTC")
    blocks = str(render(thread, "UTC", {}))
    assert "<!channel>" not in blocks
    assert "<@U1>" not in blocks
    assert "U1" in blocks


def test_whoever_sees_some_teams_is_not_told_whose_rows_are_doubted_or_held_back() -> None:
    said = plain(report(("search",)), "UTC")
    assert "b.csv" not in said
    assert "40 rows" not in said

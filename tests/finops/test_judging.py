"""From what is seen to incidents: opened once, exact, kept up to date, resolved, and patient with late data."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from finops.anomalies.incident import Incident, Stage, settled
from finops.anomalies.judging import Episode, Judge, incident_id
from finops.decision import Decision
from finops.detector import Sight, Sighting
from finops.detectors.daily_cost import daily_cost
from finops.question import Answer, Freshness, Question
from finops.reach import Reach, reach, reached
from finops.stamp import LedgerName
from tests.finops.fakes_ledger import DANA, NOW, TODAY, YESTERDAY, Fact, RowLedger, Shelf, fact

LONG_AGO = TODAY - timedelta(days=150)
USUAL = Decimal("100.000000001")


def costs(name: str, last: list[object], team: str = "support", begun: date = LONG_AGO) -> list[Fact]:
    """USUAL a day since *begun*, then the *last* days as given."""
    days = (TODAY - begun).days
    amounts = [USUAL] * (days - len(last)) + last
    return [fact(begun + timedelta(days=n), amount, app=name, team=team) for n, amount in enumerate(amounts)]


def judged(ledger: RowLedger, shelf: Shelf, days_later: int = 0) -> list[Decision]:
    """What is decided so many days after TODAY; it is kept."""
    later = timedelta(days=days_later)
    found = list(Judge(daily_cost, ledger, shelf, TODAY + later, NOW + later).decisions())
    for decision in found:
        shelf.keep(decision)
    return found


def only(shelf: Shelf) -> Incident:
    (held,) = shelf.incidents()
    return held.state


def test_a_jump_opens_an_incident_with_exact_figures() -> None:
    shelf = Shelf()
    judged(RowLedger(costs("support-prod", [Decimal("340.123456789")])), shelf)
    incident = only(shelf)
    assert (incident.id, incident.team) == ("i-20261123-support-prod", "support")
    assert (incident.sight, incident.day, incident.stage) == (Sight.UP, YESTERDAY, Stage.OPEN)
    assert incident.actual.amount == Decimal("340.123456789")
    assert incident.expected.amount == incident.low.amount == incident.high.amount == USUAL
    assert incident.excess.amount == Decimal("240.123456788")
    assert [entry.what for entry in shelf.entries] == ["open"]


def test_a_second_look_on_the_same_day_decides_nothing() -> None:
    ledger, shelf = RowLedger(costs("a", [300, 300]) + costs("b", [500])), Shelf()
    assert len(judged(ledger, shelf)) == 2
    assert judged(ledger, shelf) == []


def test_an_incident_that_goes_on_is_brought_up_to_date_not_repeated() -> None:
    shelf = Shelf()
    judged(RowLedger(costs("a", [300])), shelf)
    ledger = RowLedger([*costs("a", [300]), fact(TODAY, 400, app="a")], last_day=TODAY)
    judged(replace_read(ledger, 1), shelf, days_later=1)
    incident = only(shelf)
    assert (incident.day, incident.last_day) == (YESTERDAY, TODAY)
    assert incident.excess.amount == Decimal(500) - Decimal("0.000000002")
    assert [entry.what for entry in shelf.entries] == ["open", "go on"]
    assert judged(replace_read(ledger, 1), shelf, days_later=1) == []


def replace_read(ledger: RowLedger, days: int) -> RowLedger:
    """The same ledger, its feed read so many days later."""

    class Later(RowLedger):
        def freshness(self) -> tuple[Freshness, ...]:
            (feed,) = super().freshness()
            return (replace(feed, read_at=feed.read_at + timedelta(days=days)),)

    return Later(ledger.facts, ledger.last_day)


def test_two_calm_days_resolve_it_with_what_it_came_to() -> None:
    shelf = Shelf()
    judged(RowLedger(costs("a", [300])), shelf)
    after = [fact(TODAY + timedelta(days=n), 100, app="a") for n in range(3)]
    judged(replace_read(RowLedger([*costs("a", [300]), *after], TODAY + timedelta(days=2)), 3), shelf, days_later=3)
    incident = only(shelf)
    assert (incident.stage, incident.last_day) == (Stage.RESOLVED, YESTERDAY)
    assert round(incident.excess.amount, 2) == 200


def test_a_short_spike_in_late_data_is_told_as_over() -> None:
    shelf = Shelf()
    judged(RowLedger(costs("a", [300, 100, 100, 100])), shelf)
    assert (only(shelf).stage, only(shelf).day) == (Stage.RESOLVED, TODAY - timedelta(days=4))
    assert judged(RowLedger(costs("a", [300, 100, 100, 100])), shelf) == []


def test_what_was_over_long_ago_is_not_dug_up() -> None:
    shelf = Shelf()
    assert judged(RowLedger(costs("a", [300] + [100] * 20)), shelf) == []


def test_what_is_marked_as_planned_is_not_told_again_while_it_lasts() -> None:
    shelf = Shelf()
    judged(RowLedger(costs("a", [300])), shelf)
    held = shelf.incident("i-20261123-a")
    shelf.keep(settled(held, held.version, Stage.EXPECTED, DANA, NOW))
    worse = [*costs("a", [300]), fact(TODAY, 900, app="a"), fact(TODAY + timedelta(days=1), 2900, app="a")]
    assert judged(replace_read(RowLedger(worse, TODAY + timedelta(days=1)), 2), shelf, days_later=2) == []
    assert only(shelf).stage is Stage.EXPECTED


def test_an_acknowledged_incident_resolves_too() -> None:
    shelf = Shelf()
    judged(RowLedger(costs("a", [300])), shelf)
    held = shelf.incident("i-20261123-a")
    shelf.keep(settled(held, held.version, Stage.ACKNOWLEDGED, DANA, NOW))
    after = [fact(TODAY + timedelta(days=n), 100, app="a") for n in range(3)]
    judged(replace_read(RowLedger([*costs("a", [300]), *after], TODAY + timedelta(days=2)), 3), shelf, days_later=3)
    assert (only(shelf).stage, only(shelf).by) == (Stage.RESOLVED, DANA)


def test_figures_that_were_corrected_away_resolve_it() -> None:
    shelf = Shelf()
    judged(RowLedger(costs("a", [300])), shelf)
    after = [fact(TODAY + timedelta(days=n), 100, app="a") for n in range(3)]
    judged(replace_read(RowLedger([*costs("a", [100]), *after], TODAY + timedelta(days=2)), 3), shelf, days_later=3)
    assert (only(shelf).stage, round(only(shelf).excess.amount, 2)) == (Stage.RESOLVED, 0)


@pytest.mark.parametrize(("last_day", "sights"), [(YESTERDAY, [Sight.DROP]), (TODAY - timedelta(days=2), [])])
def test_a_drop_is_believed_only_when_the_data_are_in(last_day: date, sights: list[Sight]) -> None:
    shelf = Shelf()
    judged(RowLedger(costs("a", [1, 1]), last_day), shelf)
    assert [held.state.sight for held in shelf.incidents()] == sights


def test_data_that_are_not_in_do_not_calm_an_incident() -> None:
    shelf = Shelf()
    judged(RowLedger(costs("a", [300])), shelf)
    assert judged(RowLedger(costs("a", [300]), YESTERDAY), shelf, days_later=2) == []
    assert only(shelf).stage is Stage.OPEN


@pytest.mark.parametrize(("first_day", "sights"), [(LONG_AGO, [Sight.NEWCOMER]), (TODAY - timedelta(days=3), [])])
def test_a_newcomer_is_believed_only_if_we_have_been_looking(first_day: date, sights: list[Sight]) -> None:
    shelf = Shelf()
    new = costs("new", [], begun=TODAY - timedelta(days=3), team="data")
    judged(RowLedger(costs("a", []) + new, first_day=first_day), shelf)
    assert [held.state.sight for held in shelf.incidents()] == sights
    if sights:
        assert (only(shelf).expected.amount, only(shelf).actual.amount) == (0, USUAL)


@pytest.mark.parametrize(("sight", "last"), [(Sight.UP, 6), (Sight.NEWCOMER, 8)])
def test_the_last_days_of_an_episode_are_calm_but_a_newcomer_is_new_until_the_end(sight: Sight, last: int) -> None:
    over = Sighting("a", YESTERDAY + timedelta(days=8), Sight.CALM, 1, 1, 1, 1)
    episode = Episode(Sighting("a", YESTERDAY, sight, 9, 1, 1, 1), over)
    assert episode.last_day == YESTERDAY + timedelta(days=last)


def test_cost_of_no_app_is_looked_after_like_that_of_an_app() -> None:
    shelf = Shelf()
    judged(RowLedger(costs("", [900], team="")), shelf)
    assert (only(shelf).name, only(shelf).actual.amount, only(shelf).team) == ("no app", 900, "")


def test_ids_tell_names_apart_that_are_written_alike() -> None:
    ids = {
        incident_id(Sighting(name, YESTERDAY, Sight.UP, 1, 1, 1, 1))
        for name in ("search prod", "Search-Prod", "search-prod", "no app", "x" * 60, "x" * 61)
    }
    assert len(ids) == 6
    assert "i-20261123-search-prod" in ids


METERED, BILLED = LedgerName.METERED, LedgerName.BILLED


def feed(last_day: date, read_at: datetime = NOW, dataset: str = "charges") -> Freshness:
    return Freshness("focus", dataset, LONG_AGO, last_day, read_at, 1)


def test_the_slowest_living_feed_says_how_far_the_data_reach() -> None:
    behind, ended, later = YESTERDAY - timedelta(days=1), YESTERDAY - timedelta(days=9), TODAY + timedelta(days=3)
    assert reached([], TODAY, BILLED) == YESTERDAY
    assert reached([feed(YESTERDAY), feed(later)], TODAY, BILLED) == YESTERDAY
    assert reached([feed(YESTERDAY), feed(behind)], TODAY, BILLED) == behind
    assert reached([feed(YESTERDAY), feed(ended)], TODAY, BILLED) == YESTERDAY
    assert reached([feed(ended), feed(ended - timedelta(days=1))], TODAY, BILLED) == ended


def test_a_feed_of_another_ledger_holds_nothing_back() -> None:
    behind = YESTERDAY - timedelta(days=1)
    feeds = [feed(behind), feed(YESTERDAY, dataset="requests"), feed(behind, dataset="drivers")]
    assert (reached(feeds, TODAY, METERED), reached(feeds, TODAY, BILLED)) == (YESTERDAY, behind)


def test_a_day_that_was_read_before_it_ended_is_not_complete() -> None:
    noon = NOW - timedelta(days=1)
    assert reached([feed(YESTERDAY, read_at=noon)], TODAY, BILLED) == YESTERDAY - timedelta(days=1)


@pytest.mark.parametrize(("behind", "last"), [(0, 1), (2, 3), (6, 7), (40, 1)])
def test_a_report_ends_with_the_data_unless_they_ended_long_ago(behind: int, last: int) -> None:
    found = reach(RowLedger([], YESTERDAY - timedelta(days=behind)), TODAY)
    assert (found.last, found.days(7).days) == (TODAY - timedelta(days=last), 7)
    assert found == Reach(BILLED, found.last + timedelta(days=1))


class Tagless(RowLedger):
    """A bill that names no app, beside calls that do: what is not said by a question is answered from the calls."""

    def answer(self, question: Question) -> Answer:
        found = super().answer(question)
        metered = question.ledger is not BILLED and bool(question.by)
        if question.ledger is METERED or metered:
            return replace(found, stamp=replace(found.stamp, ledger=METERED))
        less = [each for each in self.facts if each.day > TODAY - timedelta(days=3)]
        return replace(RowLedger(less).answer(question), stamp=found.stamp)


def test_all_figures_of_an_incident_come_from_the_ledger_that_it_was_seen_in() -> None:
    ledger, shelf = Tagless(costs("a", [Decimal(900)])), Shelf()
    judged(ledger, shelf)
    assert (only(shelf).ledger, only(shelf).expected.amount, only(shelf).actual.amount) == (METERED, USUAL, 900)
    assert {question.ledger for question in ledger.asked[1:]} == {METERED}


def worse(days_later: int, *last: object) -> RowLedger:
    """The ledger so many days after TODAY, these being the days from YESTERDAY on."""
    more = [fact(YESTERDAY + timedelta(days=n), amount, app="a") for n, amount in enumerate(last)]
    return replace_read(RowLedger([*costs("a", [300])[:-1], *more], YESTERDAY + timedelta(days=days_later)), days_later)


def test_an_incident_that_doubles_again_is_told_anew_once_for_each_step() -> None:
    shelf = Shelf()
    judged(worse(0, 300), shelf)
    assert [decision.entry.what for decision in judged(worse(1, 300, 700), shelf, days_later=1)] == ["worse"]
    assert judged(worse(1, 300, 700), shelf, days_later=1) == []
    assert [decision.entry.what for decision in judged(worse(2, 300, 700, 700), shelf, days_later=2)] == ["go on"]
    incident = only(shelf)
    assert (incident.doubled, incident.again, incident.last_day) == (
        TODAY,
        (TODAY + timedelta(days=1),),
        TODAY + timedelta(days=1),
    )
    assert [effect.subject.partition("@")[2] for effect in shelf.effects] == ["", "", "2026-11-25", "", "2026-11-25"]


def test_it_is_told_anew_no_more_than_once_a_day() -> None:
    shelf = Shelf()
    judged(worse(0, 300), shelf)
    judged(worse(1, 300, 700), shelf, days_later=2)
    later = judged(replace_read(worse(2, 300, 700, 1700), 2), shelf, days_later=2)
    assert [decision.entry.what for decision in later] == ["go on"]
    assert [each.entry.what for each in judged(replace_read(worse(2, 300, 700, 1700), 3), shelf, 3)] == ["worse"]


def test_what_had_doubled_before_it_was_first_told_is_no_news() -> None:
    shelf = Shelf()
    judged(worse(1, 300, 700), shelf, days_later=1)
    assert (only(shelf).doubled, only(shelf).again) == (TODAY, ())
    assert [each.entry.what for each in judged(worse(2, 300, 700, 700), shelf, days_later=2)] == ["go on"]

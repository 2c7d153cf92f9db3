"""From what is seen to incidents: opened once, exact, kept up to date, resolved, and patient with late data."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from finops.decision import Decision
from finops.detector import Sight, Sighting
from finops.detectors.daily_cost import daily_cost
from finops.incident import Incident, Stage, settled
from finops.judging import Episode, Judge, incident_id, reached
from finops.question import Freshness
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


def feed(last_day: date, read_at: datetime = NOW, dataset: str = "charges") -> Freshness:
    return Freshness("focus", dataset, LONG_AGO, last_day, read_at, 1)


def test_the_slowest_living_feed_says_how_far_the_data_reach() -> None:
    behind, ended, later = YESTERDAY - timedelta(days=1), YESTERDAY - timedelta(days=9), TODAY + timedelta(days=3)
    assert reached([], TODAY) == YESTERDAY
    assert reached([feed(YESTERDAY), feed(later)], TODAY) == YESTERDAY
    assert reached([feed(YESTERDAY), feed(behind)], TODAY) == behind
    assert reached([feed(YESTERDAY), feed(ended)], TODAY) == YESTERDAY
    assert reached([feed(YESTERDAY), feed(behind, dataset="drivers")], TODAY) == YESTERDAY


def test_a_day_that_was_read_before_it_ended_is_not_complete() -> None:
    noon = NOW - timedelta(days=1)
    assert reached([feed(YESTERDAY, read_at=noon)], TODAY) == YESTERDAY - timedelta(days=1)

"""What a digest speaks about: seven complete days, as the feeds of its ledger reach, and the names that matter."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from finops.anomalies.incident import Incident, Stage, opened
from finops.budgets.budget import Budget, standings
from finops.company import Company
from finops.desk import Desk
from finops.detector import Sight
from finops.digest import composed
from finops.money import Money
from finops.people import Audience
from finops.question import Dimension, Freshness
from finops.report import Facts, Note, Piece, Report, Trend
from tests.finops.fakes_ledger import NOW, TODAY, Fact, RowLedger, Shelf, desk, fact

FRIDAY = date(2026, 11, 20)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def days(first: date, last: date, cost: object = 100, app: str = "a", **more: object) -> list[Fact]:
    return [fact(first + timedelta(days=n), cost, app=app, team="search", **more)  # type: ignore[arg-type]
            for n in range((last - first).days + 1)]  # fmt: skip


def reaching(last: date, facts: list[Fact], zone: str = "UTC") -> Desk:
    shelf = Shelf(budgeted=(Budget("search", Money(Decimal(3000))),))
    over = desk([], shelf)
    return replace(over, ledger=RowLedger(facts, last), company=Company("B", zone=zone))


def facts_of(report: Report) -> dict[str, list[Piece]]:
    return {label: list(value) for part in report.parts if isinstance(part, Facts) for label, value in part.pairs}


def test_a_week_ends_where_the_bill_ends_and_so_do_month_pace_and_budgets() -> None:
    report = composed(Audience.FINANCE, reaching(FRIDAY, days(date(2026, 9, 1), FRIDAY)), MONDAY)
    assert report.title == "AI cost, week to Fri 20 Nov"
    facts = facts_of(report)
    assert facts["AI cost this week"][0] == Money(Decimal(700))
    assert facts["Month to date"][0] == Money(Decimal(2000))
    assert facts["Month end, forecast"][0] == Money(Decimal(3000))
    assert " (80 %: " in report.verdict
    (chart,) = [part for part in report.parts if isinstance(part, Trend)]
    assert [line.values.count(None) for line in chart.lines] == [10, 19]


def test_what_has_ended_long_ago_does_not_hold_the_others_back() -> None:
    class Two(RowLedger):
        def freshness(self) -> tuple[Freshness, ...]:
            (feed,) = super().freshness()
            return (feed, replace(feed, feed="azure", last_day=FRIDAY - timedelta(days=9)))

    facts = days(date(2026, 9, 1), TODAY - timedelta(days=1))
    report = composed(Audience.FINANCE, replace(reaching(FRIDAY, []), ledger=Two(facts)), NOW)
    assert report.title == "AI cost, week to Mon 23 Nov"


@pytest.mark.parametrize(
    ("zone", "now", "last"),
    [
        ("Pacific/Auckland", datetime(2026, 11, 23, 20, tzinfo=UTC), "Sun 22 Nov"),  # the 24th there, the 23rd in UTC
        ("America/Los_Angeles", datetime(2026, 11, 24, 3, tzinfo=UTC), "Sun 22 Nov"),  # the 23rd there, the 24th in UTC
        ("Europe/Berlin", datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "Sun 22 Nov"),
        ("Europe/Berlin", datetime(2026, 11, 24, 8, tzinfo=UTC), "Mon 23 Nov"),
    ],
)
def test_its_last_day_is_over_in_utc_and_where_the_company_is(zone: str, now: datetime, last: str) -> None:
    whole = reaching(TODAY - timedelta(days=1), days(date(2026, 9, 1), TODAY), zone)
    assert composed(Audience.FINANCE, whole, now).title == f"AI cost, week to {last}"


def test_a_late_digest_is_that_of_its_own_date() -> None:
    whole = reaching(TODAY - timedelta(days=1), days(date(2026, 9, 1), TODAY))
    late = composed(Audience.FINANCE, whole, NOW, TODAY - timedelta(days=1))
    on_time = composed(Audience.FINANCE, whole, NOW - timedelta(days=1))
    assert (late.title, late.verdict, late.parts) == (on_time.title, on_time.verdict, on_time.parts)
    assert "Sun 22 Nov" in late.title


def test_a_budget_is_compared_over_days_that_are_complete() -> None:
    over = reaching(FRIDAY, days(date(2026, 10, 1), FRIDAY))
    (stands,) = standings([over.budgets.budget("search").state], over.ledger, over.reach(NOW))
    assert (stands.last, stands.spent.amount, stands.gone) == (FRIDAY, 2000, Decimal(20) / 30)
    assert (stands.month_end.amount, stands.runs_out) == (3000, None)
    seen = over.facts("search", NOW)
    assert (seen.month_end, seen.runs_out, replace(seen, forecast=())) == (stands.month_end, None, stands)


def incident(name: str) -> Incident:
    usd = Money(Decimal(1))
    return Incident(f"i-{name}", "daily_cost", Dimension.APP, name, Sight.UP, FRIDAY, FRIDAY, usd, usd, usd, usd, usd,
                    "search", Stage.OPEN, NOW)  # fmt: skip


def test_engineering_sees_the_apps_of_open_incidents_among_the_lines_that_matter() -> None:
    shelf, last = Shelf(), TODAY - timedelta(days=1)
    shelf.keep(opened(incident("odd"), NOW))
    large = [each for n in range(6) for each in days(date(2026, 9, 1), last, app=f"app{n}", tokens=9000, requests=3)]
    odd = days(date(2026, 9, 1), last, app="odd", tokens=30, requests=3)
    report = composed(Audience.ENGINEERING, desk(large + odd, shelf), NOW)
    (chart,) = [part for part in report.parts if isinstance(part, Trend)]
    assert (chart.matters, len(chart.lines)) == (("odd",), 5)


def test_security_reads_each_new_key_and_model_once_in_the_verdict_and_its_name_beside_the_count() -> None:
    last = TODAY - timedelta(days=1)
    known = days(date(2026, 9, 1), last, key="k-old", model="m-1", requests=3)
    new = days(last, last, key="k-new", model="m-2", requests=3) + days(
        last, last, key="k-next", model="m-1", requests=3
    )
    report = composed(Audience.SECURITY, desk(known + new), NOW)
    assert "k-new used m-2" in str(report.verdict)
    facts = {label: "".join(map(str, value[1:])) for label, value in facts_of(report).items()}
    assert facts["New keys"] == " (k-new, k-next)"
    assert facts["First-seen models"] == " (m-2 by k-new)"
    assert not [part for part in report.parts if isinstance(part, Note)]


def test_security_is_told_of_an_incident_once_in_the_verdict_with_a_button_below() -> None:
    shelf, last = Shelf(), TODAY - timedelta(days=1)
    for name in ("odd", "odder", "oddest", "last"):
        shelf.keep(opened(incident(name), NOW))
    report = composed(Audience.SECURITY, desk(days(date(2026, 9, 1), last, key="k", requests=3), shelf), NOW)
    assert str(report.verdict).count("behaves unlike itself since Fri 20 Nov") == 3
    assert [note.text[-4:] for note in report.parts if isinstance(note, Note)] == [("last", " since ", FRIDAY, ".")]

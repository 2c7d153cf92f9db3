"""What was told and is not so any more is a line of the next digest, once, in each audience's words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.plain import plain
from bot.settings import Settings
from bot.wiring import House, built
from finops.decision import Effect, Must
from finops.digest import composed
from finops.digests.restated import Restated
from finops.people import Audience
from finops.period import Period, month_of
from finops.question import Measure, Question
from sources.focus import Focus
from storage.due import Due

HEAD = (
    "ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ServiceCategory,ChargeCategory,BilledCost,EffectiveCost,\
BillingCurrency\n"
)
AI = "AI and Machine Learning"
NOVEMBER = month_of(date(2026, 11, 1))
TOLD = datetime(2026, 11, 16, 9, tzinfo=UTC)
NEXT = datetime(2026, 11, 23, 9, tzinfo=UTC)
FIRST, LATER = datetime(2026, 11, 15, 6, tzinfo=UTC), datetime(2026, 11, 20, 6, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Ten a day until 14 November, told to all on the 16th."""
    made = built(Settings(home=tmp_path), lambda: NEXT)
    delivered(made, FIRST, 14)
    told(made, TOLD)
    yield made
    made.engine.dispose()


def delivered(house: House, at: datetime, last: int, /, **costs: str) -> None:
    """A bill of ten a day from 1 October to *last* November; other *costs* by day: `n03` is 3 November."""
    days = Period(date(2026, 10, 1), date(2026, 11, last + 1))
    file = house.settings.home / f"bill-{at:%d}.csv"
    rows = [(day, costs.get(f"{'on'[day.month - 10]}{day:%d}", "10")) for day in days]
    file.write_text(HEAD + "".join(f"{day},Acme,a1,Chat,{AI},Usage,{cost},{cost},USD\n" for day, cost in rows))
    house.facts.publish(Focus().batch((file,)), at)


def told(house: House, at: datetime) -> None:
    for audience in Audience:
        effect = Effect(Must.DIGEST, f"{audience}/{at.date()}")
        Due(house.engine).claim(f"digest/{audience}", at.date(), effect, at)


def restated(house: House, audience: Audience = Audience.FINANCE, now: datetime = NEXT) -> str:
    """The line of the digest of *audience*; empty if there is none."""
    lines = plain(composed(audience, house.desk(), now), "UTC").splitlines()
    return "".join(line.strip() for line in lines if "Restated" in line)


def test_a_month_that_moved_is_told_with_what_it_was_moved_by_and_what_it_is(house: House) -> None:
    delivered(house, LATER, 19, n03="30", o31="8")
    assert restated(house) == (
        "Restated since Mon 16 Nov: Acme from 1 Nov to 14 Nov 2026 +$20.0 (+14 %), now $160. "
        "Reports until then show the old figures."
    )


def test_whoever_is_told_no_amounts_is_told_the_share(house: House) -> None:
    delivered(house, LATER, 19, n03="30")
    said = restated(house, Audience.SECURITY)
    assert "Acme from 1 Nov to 14 Nov 2026 +14 %. What was taken in" in said
    assert "$" not in said
    assert "no call was made or lost" in restated(house, Audience.ENGINEERING)


def test_a_whole_month_before_is_told_too_the_larger_first(house: House) -> None:
    delivered(house, LATER, 19, n03="30", o05="-50")
    assert "Acme in October 2026 −$60.0 (−19 %), now $250 · Acme from 1 Nov to 14" in restated(house)


def test_days_that_came_since_are_no_restatement_and_what_was_told_is_not_told_again(house: House) -> None:
    delivered(house, LATER, 19)
    assert not restated(house)
    delivered(house, LATER + timedelta(hours=1), 19, n03="30")
    assert restated(house)
    told(house, NEXT)
    assert not restated(house, now=NEXT + timedelta(days=7))


def test_where_no_digest_was_due_a_week_ago_counts(house: House) -> None:
    other = built(Settings(home=house.settings.home / "other"), lambda: NEXT)
    delivered(other, FIRST, 14)
    delivered(other, LATER, 19, n03="30")
    assert "since Mon 16 Nov" in restated(other)
    other.engine.dispose()


def test_the_same_figures_give_the_same_line_however_often_it_is_asked(house: House) -> None:
    delivered(house, LATER, 19, n03="30", o05="-50")
    assert len({restated(house) for _ in range(3)}) == 1


def test_the_ledger_says_what_it_said_then(house: House) -> None:
    delivered(house, LATER, 19, n03="30")
    asked = Question((Measure.COST,), NOVEMBER)
    totals = [house.ledger.as_of(at).answer(asked).total[Measure.COST]
              for at in (FIRST - timedelta(seconds=1), FIRST, LATER - timedelta(seconds=1), LATER)]  # fmt: skip
    assert totals == [0, 140, 140, 210]
    assert house.ledger.as_of(TOLD).freshness()[0].read_at == FIRST


@pytest.mark.parametrize(
    ("then", "now", "news"),
    [("1000", "1010", False), ("1000", "1010.01", True), ("1000", "989.99", True), ("9000", "9050", False),
     ("9000", "9050.01", True), ("9000", "8949.99", True), ("-100", "-99", False), ("-100", "-98.9", True),
     ("0", "50", False), ("0", "50.01", True)],
)  # fmt: skip
def test_more_than_one_per_cent_or_more_than_fifty_is_news(then: str, now: str, news: bool) -> None:
    assert Restated("Acme", NOVEMBER, Decimal(then), Decimal(now)).is_news is news

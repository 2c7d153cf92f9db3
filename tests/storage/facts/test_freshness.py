"""How far figures reach and how final they are: a source that says how far it is complete is taken at its word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from finops.batch import Batch, Column, Dataset, Format
from finops.period import Period
from finops.question import Measure, Question
from finops.stamp import Finality, LedgerName, Stamp
from storage.ledger import StoredLedger
from storage.sweeping import Sweeping
from tests.storage.facts.conftest import NOW, House

TENTH = date(2026, 11, 10)
TODAY = NOW.date()
DAY = Period(TENTH, TENTH + timedelta(days=1))
ENDED = datetime(2026, 11, 11, tzinfo=UTC)
COLUMNS = {name: Column((name,)) for name in ("request_id", "started_at", "provider", "model", "spend")}


def called(
    house: House, source: str = "acme", at: datetime = NOW, until: datetime | None = None, spend: int = 1
) -> None:
    """One call on the tenth, told by *source* at *at*, which says that it is complete *until* then."""
    file = house.home / f"{source}.jsonl"
    file.write_text(f'{{"request_id": "{source}", "started_at": "2026-11-10T10:00:00Z", "provider": "{source}", '
                    f'"model": "m", "spend": {spend}}}\n')  # fmt: skip
    batch = Batch(source, Dataset.REQUESTS, Format.JSONL, (file,), COLUMNS, ("provider",), covers=DAY,
                  ledger=LedgerName.METERED, watermark=until)  # fmt: skip
    house.facts.publish(batch, at)


def stamp(house: House, today: date = TODAY, **settles: int) -> Stamp:
    now = datetime.combine(today, NOW.timetz())
    ledger = replace(house.ledger, clock=lambda: now, settles=settles)
    return ledger.answer(Question((Measure.COST,), DAY, ledger=LedgerName.METERED)).stamp


@pytest.mark.parametrize(("settles", "finals"), [(0, 0), (1, 1), (3, 3), (9, 9)])
def test_a_day_is_provisional_while_its_source_may_still_correct_it(house: House, settles: int, finals: int) -> None:
    called(house)
    at = [stamp(house, ENDED.date() + timedelta(days=days), acme=settles).finality for days in range(10)]
    assert at == [Finality.PROVISIONAL] * finals + [Finality.FINAL] * (10 - finals)


def test_the_source_that_takes_longest_decides_and_files_get_three_days(house: House) -> None:
    called(house, "acme")
    called(house, "other")
    assert stamp(house, date(2026, 11, 13), acme=1).finality is Finality.PROVISIONAL
    assert stamp(house, date(2026, 11, 14), acme=1).finality is Finality.FINAL
    assert stamp(house, date(2026, 11, 15), acme=5).finality is Finality.PROVISIONAL


def test_a_day_that_the_provider_says_it_has_not_whole_stays_provisional_however_long_ago(house: House) -> None:
    called(house, until=ENDED - timedelta(seconds=1))
    assert stamp(house).finality is Finality.PROVISIONAL
    called(house, until=ENDED)
    assert stamp(house).finality is Finality.FINAL


def test_as_of_is_as_far_as_the_provider_says_and_no_further_than_it_was_read(house: House) -> None:
    for until, as_of in ((ENDED, ENDED), (NOW + timedelta(days=400), NOW)):
        called(house, until=until, spend=until.year)
        assert stamp(house).as_of == as_of


def test_a_watermark_is_seen_where_freshness_is_and_outlives_a_delivery_without_one(house: House) -> None:
    called(house, until=ENDED)
    called(house, at=NOW + timedelta(hours=1))
    (feed,) = replace(house.ledger, settles={"acme": 2}).freshness()
    assert (feed.watermark, feed.settles_after, feed.read_at) == (ENDED, 2, NOW + timedelta(hours=1))
    assert house.ledger.as_of(NOW).freshness()[0].read_at == NOW


def test_deliveries_of_long_ago_go_but_what_is_still_asked_about_stays(house: House) -> None:
    sweeping, later = Sweeping(house.home, house.facts.engine), NOW + timedelta(days=31)
    for hours in range(4):
        called(house, at=NOW + timedelta(hours=hours), until=ENDED if hours == 1 else None)
    called(house, "other")
    before = replace(house.ledger).freshness()
    assert sweeping.swept(NOW + timedelta(days=29))["runs"] == 0
    assert sweeping.swept(later)["runs"] == 1
    assert ids(house) == [1, 2, 4, 5]  # what is in force, the watermark, the last one, the other's
    assert unread(house).freshness() == before
    called(house, at=later, spend=9)
    assert max(ids(house)) == 6


def unread(house: House) -> StoredLedger:
    """The ledger as a bot that starts now would read it."""
    return House(house.home).ledger


def ids(house: House) -> list[int]:
    with house.facts.engine.connect() as connection:
        return list(connection.execute(text("SELECT id FROM ingest_run ORDER BY id")).scalars())

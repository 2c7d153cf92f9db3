"""Figures by hour are what a plain count over the same calls gives, in any zone; what tells days is not in them."""

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from finops.period import Period
from finops.question import Dimension, Filter, Measure, Question
from finops.stamp import Daily, LedgerName
from sources.focus import Focus
from sources.requests import Requests
from storage.hours import KEPT
from storage.questions import sql, summed
from storage.shelf import Shelf
from storage.sweeping import Sweeping
from tests.storage.facts.conftest import House

BERLIN = "Europe/Berlin"
PERIOD = Period(date(2026, 10, 20), date(2026, 11, 1))
"""Clocks in Berlin are put back in it, on 25 October."""
HOURLY = Question((Measure.COST, Measure.TOKENS, Measure.REQUESTS), PERIOD, by=(Dimension.HOUR, Dimension.WEEKDAY))
START = datetime(2026, 10, 20, 0, 20, tzinfo=UTC)
CALLS = [(START + timedelta(minutes=47 * n), ("search", "support")[n % 3 == 0], n % 11, Decimal(n % 7) / 8)
         for n in range(360)]  # fmt: skip
Cells = dict[tuple[str, str], tuple[Decimal, Decimal, Decimal]]


def log(folder: Path, days: int = 0) -> Path:
    """The calls, and of another provider one row for each of some *days*."""
    with (folder / "calls.csv").open("w", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(["request_id", "ts_start", "provider", "model", "team", "input_tokens", "output_tokens",
                        "spend_usd"])  # fmt: skip
        sheet.writerows((n, f"{at:%Y-%m-%dT%H:%M:%SZ}", "openai", "in-house", team, tokens, 0, cost)
                        for n, (at, team, tokens, cost) in enumerate(CALLS))  # fmt: skip
        sheet.writerows((f"day-{n}", PERIOD.start + timedelta(days=n), "mistral", "in-house", "search", 5, 0, 2)
                        for n in range(days))  # fmt: skip
    return folder / "calls.csv"


def counted(zone: str, keeps: Callable[[datetime, str], bool] = lambda local, team: True) -> Cells:
    cells: Cells = defaultdict(lambda: (Decimal(0), Decimal(0), Decimal(0)))
    for at, team, tokens, cost in CALLS:
        local = at.astimezone(ZoneInfo(zone))
        if keeps(local, team):
            key, was = (f"{local:%H}:00", f"{local:%A}"), cells[f"{local:%H}:00", f"{local:%A}"]
            cells[key] = (was[0] + cost, was[1] + tokens, was[2] + 1)
    return dict(cells)


def told(house: House, asked: Question, *teams: str) -> Cells:
    rows = house.ledger.narrowed(teams).answer(asked).rows
    return {(row.key[Dimension.HOUR], row.key[Dimension.WEEKDAY]):
            (row.values[Measure.COST], row.values[Measure.TOKENS], row.values[Measure.REQUESTS])
            for row in rows}  # fmt: skip


@pytest.mark.parametrize("zone", ["UTC", BERLIN, "America/Los_Angeles"])
def test_figures_by_hour_and_weekday_are_what_a_plain_count_gives(house: House, tmp_path: Path, zone: str) -> None:
    house.publish(Requests().batch((log(tmp_path, days=3),)))
    assert told(house, replace(HOURLY, zone=zone)) == counted(zone)
    mine = counted(zone, lambda local, team: team == "search")
    assert told(house, replace(HOURLY, zone=zone), "search") == mine


def test_hours_and_the_weekdays_there_can_be_kept_and_left_out(house: House, tmp_path: Path) -> None:
    house.publish(Requests().batch((log(tmp_path),)))
    where = (Filter(Dimension.HOUR, ("09:00", "23:00")), Filter(Dimension.WEEKDAY, ("Sunday",), negated=True))
    asked = replace(HOURLY, where=where, zone=BERLIN)
    assert told(house, asked) == counted(BERLIN, lambda at, team: at.hour in (9, 23) and at.weekday() != 6)
    by_team = house.ledger.answer(replace(asked, by=(Dimension.TEAM,)))
    assert by_team.total == {m: sum(row.values[m] for row in by_team.rows) for m in HOURLY.measures}


def test_what_is_told_by_the_day_is_not_in_it_and_said(house: House, tmp_path: Path) -> None:
    house.publish(Requests().batch((log(tmp_path, days=3),)))
    answer = house.ledger.answer(HOURLY)
    assert answer.total[Measure.COST] == sum(cost for *_, cost in CALLS)
    assert answer.stamp.daily == (Daily("mistral", 3),)
    assert house.ledger.narrowed(("support",)).answer(HOURLY).stamp.daily == ()
    assert house.ledger.answer(replace(HOURLY, by=())).total[Measure.COST] == answer.total[Measure.COST] + 6


def test_whom_only_the_bill_knows_is_named_with_the_amount(house: House, tmp_path: Path) -> None:
    house.publish(Requests().batch((log(tmp_path),)))
    (tmp_path / "bill.csv").write_text(
        "ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ChargeCategory,BilledCost,EffectiveCost,"
        "BillingCurrency\n2026-10-21,Anthropic,1,Claude,Usage,9,9,USD\n"
    )
    house.publish(Focus().batch((tmp_path / "bill.csv",)))
    stamp = house.ledger.answer(
        replace(HOURLY, measures=(Measure.COST,), where=(Filter(Dimension.HOUR, ("0*", "1*", "2*")),))
    ).stamp
    assert stamp.ledger is LedgerName.METERED
    assert [(each.provider, each.amount) for each in stamp.absent] == [("Anthropic", Decimal(9))]


def test_hours_of_long_ago_are_not_kept_and_days_are(house: House, tmp_path: Path) -> None:
    batch = Requests().batch((log(tmp_path),))
    house.facts.publish(batch, datetime(2026, 10, 25, tzinfo=UTC) + KEPT)
    old, new = (replace(HOURLY, period=each) for each in (Period(PERIOD.start, date(2026, 10, 25)),
                                                          Period(date(2026, 10, 25), PERIOD.end)))  # fmt: skip
    assert not house.ledger.answer(old).rows
    assert house.ledger.answer(old).stamp.daily == (Daily("openai", 5),)
    assert house.ledger.answer(new).rows
    assert house.ledger.answer(replace(HOURLY, by=())).total[Measure.REQUESTS] == len(CALLS)


def test_hours_are_swept_when_none_of_their_days_count(house: House, tmp_path: Path) -> None:
    house.publish(Requests().batch((log(tmp_path),)))
    last, sweeping = datetime(2026, 10, 31, 12, tzinfo=UTC), Sweeping(house.home, house.facts.engine)
    assert sweeping.swept(last + KEPT)["facts"] == 0
    assert house.ledger.answer(HOURLY).rows
    assert sweeping.swept(last + KEPT + timedelta(days=1))["facts"] == 1
    opened = replace(house.ledger, shelf=Shelf(house.home, house.facts.engine))
    assert not opened.answer(HOURLY).rows
    assert opened.answer(replace(HOURLY, by=())).total[Measure.REQUESTS] == len(CALLS)


def test_a_corrected_time_of_day_changes_the_hours(house: House, tmp_path: Path) -> None:
    file = log(tmp_path)
    house.publish(Requests().batch((file,)))
    assert house.publish(Requests().batch((file,))).changed == 0
    file.write_text(file.read_text().replace("2026-10-20T00:20:00Z", "2026-10-20T05:20:00Z"))
    assert house.publish(Requests().batch((file,))).changed
    moved = told(house, HOURLY)["00:00", "Tuesday"][2]
    assert moved == counted("UTC")["00:00", "Tuesday"][2] - 1


@pytest.mark.parametrize("engine", ["pyspark", "trino", "bigquery", "snowflake", "clickhouse"])
def test_hours_can_be_asked_of_other_engines(engine: str) -> None:
    assert "local_hour" in sql(summed(HOURLY, [Measure.COST]), engine)

"""Prometheus, as recorded: a GPU-day adds up exactly to the rate card, idle apart; drivers of days that are over."""

import copy
import gzip
import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from finops.batch import Dataset
from finops.errors import SourceChanged
from finops.period import Period, month_of
from finops.question import Dimension, Grain, Measure, Question
from sources._ratecard import Card, shares
from sources.prometheus import Prometheus
from tests.answering import Asked, Says
from tests.sources.conftest import Reading, recordings
from tests.storage.facts.conftest import House

(RECORDING,) = (each for each in recordings() if each.name == "prometheus-gpus")
MONEY = st.decimals(0, 10**9, places=18)
WEIGHTS = st.lists(st.decimals(0, 86_400, places=9), min_size=1).filter(any)


def _published(reading: Reading, house: House) -> None:
    for batch in reading.batches():
        delivery = house.publish(batch)
        assert delivery.quarantined == 0


def _sums(house: House, measure: Measure, *by: Dimension, grain: Grain | None = None) -> dict[Any, Decimal]:
    rows = house.ledger.answer(Question((measure,), RECORDING.period, by, grain=grain)).rows
    return {row.day if grain else tuple(row.key[each] for each in by): row.values[measure] for row in rows}


def _rows(reading: Reading) -> list[dict[str, Any]]:
    (file,) = (file for file in reading.files if "gpus" in file.name)
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


def test_each_gpu_day_costs_the_rate_card_and_its_measured_power_to_the_last_digit(
    reading: Reading, house: House
) -> None:
    _published(reading, house)
    node_1, power_1 = Decimal(12), Decimal("0.102083333333333333")  # 10 + 2; 1,050,000 J × 1.4 × 0.25 a kWh
    node_2, power_2 = Decimal("3.333333333333333333"), Decimal("0.003529166666666667")
    assert _sums(house, Measure.COST, grain=Grain.DAY) == {
        date(2026, 11, 21): node_1 + power_1 + node_2 + power_2,
        date(2026, 11, 22): node_1 + Decimal("0.00525"),  # node-2 has vanished
    }
    assert _sums(house, Measure.COST, Dimension.SCOPE, Dimension.ACCOUNT) == {
        ("datacenter", "node-1"): node_1 * 2 + power_1 + Decimal("0.00525"),
        ("datacenter", "node-2"): node_2 + power_2,
    }


def test_whoever_held_a_gpu_has_its_busy_and_its_idle_time_and_the_rest_is_nobodys(
    reading: Reading, house: House
) -> None:
    _published(reading, house)
    assert _sums(house, Measure.COST, Dimension.SERVICE, Dimension.TEAM) == {
        ("Idle GPU", ""): Decimal("27.107633333333333333"),
        ("GPU", "search"): Decimal("0.160520833333333333"),
        ("Idle GPU", "search"): Decimal("0.160520833333333333"),
        ("GPU", ""): Decimal("0.015520833333333334"),
    }


def test_gpu_hours_are_what_is_consumed_and_a_day_has_24_of_them(reading: Reading) -> None:
    list(reading.batches())
    hours: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    busy: dict[str, Decimal] = defaultdict(Decimal)
    for row in _rows(reading):
        count = Decimal(row.get("consumed_quantity", 0))
        hours[row["resource"], row["day_start"][:10]] += count
        busy[row["sub_account"]] += count * (row["service"] == "GPU")
    assert set(hours.values()) == {Decimal(24)}
    assert {whose: count for whose, count in busy.items() if count} == {
        "ml": Decimal("0.229167"),  # 825 s: NaN is no measure, and what two hold at once is half each one's
        "ops": Decimal("0.020834"),  # 75 s, and the digit that the one before was cut by
    }


def test_hours_of_gpus_are_kept_with_whose_they_are(reading: Reading, house: House) -> None:
    _published(reading, house)
    assert _sums(house, Measure.GPU_HOURS, Dimension.SERVICE, Dimension.TEAM) == {
        ("GPU", "search"): Decimal("0.229167"),
        ("Idle GPU", "search"): Decimal("0.229166"),
        ("GPU", ""): Decimal("0.020834"),
        ("Idle GPU", ""): 72 - Decimal("0.479167"),
    }


def test_drivers_are_counted_for_days_that_are_over(reading: Reading, house: House) -> None:
    _published(reading, house)
    assert _sums(house, Measure.DRIVERS, Dimension.DRIVER, Dimension.TEAM) == {
        ("tickets solved", "support"): Decimal("791.999421"),
        ("tickets solved", "sales"): Decimal(12),
    }


def test_a_day_still_open_costs_what_has_gone_of_it_and_counts_no_drivers(reading: Reading, house: House) -> None:
    def at_six(asked: Asked) -> Says:
        told = copy.deepcopy(RECORDING.answer(Asked("GET", asked.path, {**asked.query, "end": [
            str(int(asked.query["start"][0]) + 86_100)]}, {}, b"")).body) if "start" in asked.query else \
            RECORDING.answer(asked).body  # fmt: skip
        if asked.query["query"] == ["time()"]:
            told = {"status": "success", "data": {"resultType": "scalar", "result": [1795327299, "1795327299"]}}
        return Says(told)

    reading.server.chosen = at_six  # 22 Nov, 06:01:39 by its own clock
    _published(reading, house)
    days = _sums(house, Measure.COST, grain=Grain.DAY)
    assert days[date(2026, 11, 22)] == 12 / Decimal(4) + Decimal("0.00525")
    assert sum(_sums(house, Measure.DRIVERS, Dimension.DRIVER).values()) == Decimal("411.999421")
    asked = [int(each.query["end"][0]) for each in reading.server.asked if "end" in each.query]
    assert max(asked) == 1795327200 - 300  # the last whole step


def test_a_gpu_that_is_on_no_rate_card_is_held_back_and_never_free(reading: Reading, house: House) -> None:
    cards = {"gpus": {"node-1": RECORDING.settings["gpus"]["node-1"]}}
    source = Prometheus(base_url=reading.server.address, **RECORDING.settings | cards)
    charges, _ = source.fetch(source.web(), RECORDING.period, reading.into)
    delivery = house.publish(charges)
    assert [(each.field, each.reason) for each in delivery.examples] == [("billed_cost", "is empty")]
    assert [row["description"] for row in _rows(reading) if row["billed_cost"] is None] == [
        "NVIDIA A100-SXM4-80GB, on no rate card"
    ]


def test_a_query_that_prometheus_does_not_understand_is_named(reading: Reading) -> None:
    bad = {"status": "error", "errorType": "bad_data", "error": "parse error"}
    reading.server.chosen = lambda asked: (
        Says(bad, 400) if "tickets" in asked.query["query"][0] else RECORDING.answer(asked)
    )
    charges = next(batches := reading.batches())
    assert charges.dataset is Dataset.CHARGES
    with pytest.raises(SourceChanged, match="driver tickets solved"):
        next(batches)


def test_a_source_that_asks_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="name GPUs"):
        Prometheus(base_url="http://127.0.0.1:1")


@given(total=MONEY, weights=WEIGHTS)
def test_the_shares_add_up_exactly_and_none_is_below_zero(total: Decimal, weights: list[Decimal]) -> None:
    parts = shares(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 and part.as_tuple().exponent >= -18 for part in parts)


@given(price=MONEY, opex=MONEY, months=st.integers(1, 240), day=st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_the_days_of_a_month_add_up_to_the_month(price: Decimal, opex: Decimal, months: int, day: date) -> None:
    card, month = Card(price=price, months=months, opex=opex), month_of(day)
    of_days = [card.of_day(each) for each in Period(month.start, month.end)]
    assert sum(each["Opex"] for each in of_days) == opex
    assert abs(sum(each["Capex"] for each in of_days) * months - price) <= months * Decimal("1E-18")

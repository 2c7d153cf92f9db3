"""Cursor, as recorded: what is charged is cost, what seats include is not; cents are exact; addresses go no further."""

import base64
import gzip
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from finops.period import Period
from finops.question import Dimension, Filter, Grain, Measure, Question
from sources.cursor import Cursor
from tests.answering import Answering, Asked, Says
from tests.sources.conftest import KEY, Reading, recordings
from tests.storage.facts.conftest import House

(RECORDING,) = (each for each in recordings() if each.name == "cursor-team")
PERIOD = RECORDING.period


def published(reading: Reading, house: House) -> None:
    for batch in reading.batches():
        house.publish(batch, strict=True)


def days(house: House, measure: Measure) -> list[Decimal]:
    rows = house.ledger.answer(Question((measure,), PERIOD, grain=Grain.DAY)).rows
    return [each.values[measure] for each in rows]


def sums(house: House, measure: Measure, *by: Dimension, where: Sequence[Filter] = ()) -> dict[str, Decimal]:
    rows = house.ledger.answer(Question((measure,), PERIOD, by, tuple(where))).rows
    return {each.name: each.values[measure] for each in rows if each.values[measure]}


def test_cents_are_exact_before_and_after_discounts_and_a_use_belongs_to_its_day_in_utc(
    reading: Reading, house: House
) -> None:
    published(reading, house)
    # 0.123456789012345 cents; then 21.36232 + 37.3303 cents, one of them in the last thousandth of the day
    assert days(house, Measure.COST) == [Decimal("0.00123456789012345"), Decimal("0.5869262")]
    assert days(house, Measure.BILLED_COST) == days(house, Measure.COST)
    # with 8.5 cents that a seat includes; then 20.18232 + 1.18 + 40.167 + 1.18 cents
    assert days(house, Measure.LIST_COST) == [Decimal("0.08623456789012345"), Decimal("0.6270932")]


def test_models_and_teams_are_told_and_all_of_it_is_saas(reading: Reading, house: House) -> None:
    published(reading, house)
    whole = Decimal("0.58816076789012345")
    assert sums(house, Measure.COST, Dimension.MODEL) == {"claude-4.5-sonnet": Decimal("0.5869262"),
                                                          "default": Decimal("0.00123456789012345")}  # fmt: skip
    assert (
        sums(house, Measure.COST, Dimension.SCOPE)
        == sums(house, Measure.TOKEN_COST, Dimension.SCOPE)
        == {"saas": whole}
    )
    assert sums(house, Measure.COST, Dimension.TEAM) == {"search": whole}
    assert sums(house, Measure.LIST_COST, Dimension.TEAM)["no team"] == Decimal("0.085")


def test_tokens_are_kept_by_class_and_the_cache_is_no_part_of_the_input(reading: Reading, house: House) -> None:
    published(reading, house)
    assert sums(house, Measure.TOKENS, Dimension.TOKEN_CLASS) == {
        "cache_write": 6112 + 11964, "cache_read": 11964, "uncached_input": 126 + 5805 + 90, "output": 450 + 311 + 7,
    }  # fmt: skip


def test_seats_are_those_of_members_who_pay_and_active_whoever_used_one_lately(reading: Reading, house: House) -> None:
    published(reading, house)
    by = (Dimension.TEAM, Dimension.DRIVER)
    assert sums(house, Measure.DRIVERS, *by) == {"search · seats": 2, "search · active_seats": 2, "no team · seats": 1}
    last = Question((Measure.DRIVERS,), Period(PERIOD.last, PERIOD.end), by, (Filter(Dimension.APP, ("cursor",)),))
    assert house.ledger.answer(last).total[Measure.DRIVERS] == 5


def test_no_address_and_no_name_is_kept(reading: Reading) -> None:
    list(reading.batches())
    kept = b"".join(gzip.decompress(file.read_bytes()) for file in reading.files).lower()
    assert b"claude" in kept
    assert not [word for word in (b"acme.example", b"ada", b"bob", b"boss") if word in kept]


def test_the_key_is_a_user_without_a_password(reading: Reading) -> None:
    list(reading.batches())
    told = "Basic " + base64.b64encode(f"{KEY}:".encode()).decode()
    assert {each.headers["Authorization"] for each in reading.server.asked} == {told}


def quiet(asked: Asked) -> Says:
    held: dict[str, Any] = {"usageEvents": [], "pagination": {"hasNextPage": False}, "data": [], "teamMembers": []}
    return Says(held)


def test_days_that_cursor_no_longer_knows_are_left_as_they_were(
    server: Answering, reading: Reading, house: House
) -> None:
    published(reading, house)
    before = days(house, Measure.COST)
    first = RECORDING.answer(server.asked[0]).body
    page: dict[str, Any] = {**first, "pagination": {"hasNextPage": False}}  # the uses of the second day alone
    server.chosen = lambda asked: Says(page) if "events" in asked.path else quiet(asked)
    published(reading, house)
    assert days(house, Measure.COST) == before
    server.chosen = quiet
    published(reading, house)
    assert days(house, Measure.COST) == before


def test_more_than_thirty_days_are_asked_for_in_parts(server: Answering, tmp_path: Path) -> None:
    server.asked.clear()
    server.chosen = quiet
    source = Cursor(base_url=server.address, key=SecretStr(KEY))
    list(source.fetch(source.web(), Period(date(2026, 10, 25), date(2026, 11, 25)), tmp_path))
    asked = [each.body.decode() for each in server.asked if "events" in each.path]
    day = 24 * 3600 * 1000
    start = 1792886400000
    assert [f'"startDate":{start},"endDate":{start + 30 * day - 1}' in asked[0],
            f'"startDate":{start + 30 * day},"endDate":{start + 31 * day - 1}' in asked[1]] == [True, True]  # fmt: skip


@pytest.mark.parametrize("kind", ["Included in Business", "Errored, Not Charged", "USAGE_EVENT_KIND_INCLUDED_IN_PRO"])
def test_where_nothing_says_whether_a_use_is_charged_its_kind_does(server: Answering, house: House, kind: str) -> None:
    event = {"timestamp": "1795428000000", "model": "m", "chargedCents": 5, "kind": kind}
    events = [event, {**event, "kind": "Usage-based"}]
    page = {"usageEvents": events, "pagination": {"hasNextPage": False}}
    reading = Reading(RECORDING, server, house.home / "pages")
    server.chosen = lambda asked: Says(page) if "events" in asked.path else quiet(asked)
    published(reading, house)
    assert sum(days(house, Measure.COST)) == Decimal("0.05")

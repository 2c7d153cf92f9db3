"""OpenCost, as recorded: each part of each namespace exact to the digit, idle apart, models metered and never added."""

import copy
from decimal import Decimal

from finops.batch import Dataset
from finops.normalise import Owners
from finops.question import Dimension, Filter, Measure, Question
from finops.stamp import LedgerName
from sources.opencost import OpenCost
from tests.answering import Says
from tests.sources.conftest import KEY, Reading, recordings
from tests.storage.facts.conftest import House

(RECORDING,) = (each for each in recordings() if each.name.startswith("opencost"))


def _costs(house: House, *by: Dimension, where: tuple[Filter, ...] = ()) -> dict[tuple[str, ...], Decimal]:
    answer = house.ledger.answer(Question((Measure.COST,), RECORDING.period, by, where=where, ledger=LedgerName.BILLED))
    return {tuple(row.key[each] for each in by): row.values[Measure.COST] for row in answer.rows}


def test_every_part_is_exact_and_idle_is_a_line_of_its_own(reading: Reading, house: House) -> None:
    for batch in reading.batches():
        house.publish(batch)
    assert _costs(house, Dimension.SERVICE) == {
        ("GPU",): Decimal("143.80001"),
        ("Idle GPU",): Decimal("27.6"),
        ("CPU",): Decimal("7.72341"),  # with OpenCost's own adjustment
        ("Storage",): Decimal("2.88"),
        ("RAM",): Decimal("1.94396"),
        ("Idle CPU",): Decimal("1.30588"),  # of one day below zero: somebody used what was not asked for
        ("Idle RAM",): Decimal("0.6"),
        ("Load balancer",): Decimal("0.3"),
        ("Network",): Decimal("0.25"),
        ("Other",): Decimal("0.20005"),
    }
    asked = Question((Measure.GPU_HOURS,), RECORDING.period, (Dimension.SERVICE,))
    hours = {row.name: row.values[Measure.GPU_HOURS] for row in house.ledger.answer(asked).rows}
    assert {name: count for name, count in hours.items() if count} == {
        "GPU": Decimal("59.91667"),
        "Idle GPU": Decimal("11.5"),
    }
    told = [row["totalCost"] for each in RECORDING.exchanges[:2] for row in each["answer"]["data"][0].values()]
    (total,) = _costs(house).values()
    assert abs(total - sum(Decimal(str(each)) for each in told)) < Decimal("0.0001")


def test_labels_and_namespaces_say_whose_it_is_and_idle_is_nobodys(reading: Reading, house: House) -> None:
    house.facts = type(house.facts)(house.home, house.facts.engine, b"k" * 32, house.facts.prices,
                                    Owners(teams={"kube-system": "platform"}))  # fmt: skip
    for batch in reading.batches():
        house.publish(batch)
    assert _costs(house, Dimension.TEAM) == {
        ("search",): Decimal("121.60741"),
        ("support",): Decimal("34.48001"),
        ("",): Decimal("29.50588"),
        ("platform",): Decimal("1.01001"),
    }
    assert set(_costs(house, Dimension.SCOPE, Dimension.ACCOUNT)) == {("datacenter", "dc-1")}
    assert _costs(house, Dimension.APP)["ranker",] == Decimal("121.60741")


def test_models_are_metered_and_never_added_to_the_charges(reading: Reading, house: House) -> None:
    for batch in reading.batches():
        house.publish(batch)
    asked = Question((Measure.COST, Measure.TOKENS), RECORDING.period, (Dimension.MODEL,), ledger=LedgerName.METERED)
    (row,) = house.ledger.answer(asked).rows
    assert row.key[Dimension.MODEL] == "qwen3-32b"
    assert (row.values[Measure.COST], row.values[Measure.TOKENS]) == (Decimal("82.75001"), 28_500_000)


def test_models_are_asked_for_only_if_the_operator_says_so(reading: Reading) -> None:
    plain = OpenCost(base_url=reading.server.address)
    (batch,) = plain.fetch(plain.web(), RECORDING.period, reading.into)
    assert batch.dataset is Dataset.CHARGES
    assert {asked.path for asked in reading.server.asked} == {"/allocation/compute"}


def test_a_cost_that_opencost_could_not_reckon_is_held_back_and_never_taken_for_nothing(
    reading: Reading, house: House
) -> None:
    broken = copy.deepcopy(RECORDING.exchanges[1]["answer"])
    broken["data"][0]["dc-1/ml/search/ranker"]["gpuCost"] = None  # so it writes what is not a number
    reading.server.chosen = lambda asked: (
        Says(broken) if "2026-11-23" in str(asked.query) and "step" in asked.query else RECORDING.answer(asked)
    )
    charges, _ = reading.batches()
    delivery = house.publish(charges)
    assert [(each.field, each.reason) for each in delivery.examples] == [("billed_cost", "is empty")]
    assert _costs(house, Dimension.SERVICE)["GPU",] == Decimal("87.60001")


def test_the_bearer_is_said_only_where_a_proxy_wants_one(reading: Reading) -> None:
    list(reading.batches())
    assert {asked.headers.get("Authorization") for asked in reading.server.asked} == {f"Bearer {KEY}"}
    reading.server.asked.clear()
    plain = OpenCost(base_url=reading.server.address)
    list(plain.fetch(plain.web(), RECORDING.period, reading.into))
    assert {asked.headers.get("Authorization") for asked in reading.server.asked} == {None}

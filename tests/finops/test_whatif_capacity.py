"""Use that moves to GPUs or provisioned units: their cost is fixed, what has no room stays, and from when it pays."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.plain import plain
from finops.errors import Unclear
from finops.whatif.capacity import Bought, Capacity
from finops.whatif.composed import composed
from finops.whatif.levers import Batch, Trim
from finops.whatif.routing import Route
from tests.finops.fakes_ledger import TODAY
from tests.finops.test_whatif import LISTED, asked, mix, month, plan
from tests.finops.whatif_company import FRESH, calls

ONE_GPU = Bought(1, "GPU", Decimal("0.1"), Decimal(20), Decimal(1))  # 2.4 a day, 1,728,000 tokens a day
HALF = Capacity((), "big", Decimal("0.5"), ONE_GPU)


@pytest.mark.parametrize(
    ("lever", "daily"),
    [
        (HALF, "10.8"),  # 7 of 14 stay, 1.4 in evals, 2.4 for the GPU
        (replace(HALF, bought=replace(ONE_GPU, units=3)), "15.6"),
        (replace(HALF, share=Decimal(1), bought=replace(ONE_GPU, speed=Decimal("6.875"), most=None)), "10.24"),
        (replace(HALF, old="small"), "17.1"),  # of evals half, which costs less than the GPU
        (replace(HALF, old="nobody's"), "15.4"),
    ],
    ids=["as said", "three", "room for 475,200 of 1,100,000", "too dear", "nothing there"],
)
def test_what_moves_costs_what_was_bought_and_the_rest_stays(lever: Capacity, daily: str) -> None:
    told = plan(lever)
    expected = month(daily)
    if lever.bought.most is None:
        expected = month(Decimal(14) * (1 - Decimal(475_200) / 1_100_000) + Decimal("3.8"))
    assert abs(told.then - expected) < Decimal("0.00001")


def test_it_pays_from_the_load_that_is_told() -> None:
    even = plan(HALF).steps[0].lever
    assert isinstance(even, Capacity)
    assert even.even is not None
    share = even.even * 1_728_000 / 1_100_000  # what loads it so far
    assert plan(replace(HALF, share=share - Decimal("0.001"))).steps[0].change > 0
    assert plan(replace(HALF, share=share + Decimal("0.001"))).steps[0].change < 0


def test_other_levers_change_what_moves_before_it_does_and_nothing_of_it_afterwards() -> None:
    whole = replace(HALF, share=Decimal(1))
    told = plan(Batch((), Decimal(1)), whole, Trim((), Decimal("0.5")), Route((), "small", "big"))
    assert [type(step.lever) for step in told.steps] == [Trim, Route, Capacity, Batch]
    assert round(told.then, 6) == month("2.4")
    assert told.steps[-1].touched == 0


def test_what_is_fixed_does_not_vary_however_wild_the_use_is() -> None:
    wild = [
        each for ago in range(1, 29) for each in calls(TODAY - timedelta(days=ago), "big", {FRESH: 10**5 * (ago % 5)})
    ]
    moved = composed(mix(wild), (replace(HALF, share=Decimal(1)),), LISTED)
    assert moved.band == (round(moved.then, 9), round(moved.then, 9))
    stays = composed(mix(wild), (HALF,), LISTED)
    assert stays.band[0] < stays.then < stays.band[1]


def test_the_report_tells_cost_speed_load_and_what_has_no_room_each_with_its_ground() -> None:
    text = plain(asked("self-host 100% of big on 1 gpu at $0.10/h with 10 tokens/s"), "UTC")
    for said in (
        "CONFIGURED  1 GPU at $0.10 an hour each: $73.00 a month, used or not",
        "CONFIGURED  a GPU does 10 tokens a second",
        "HEURISTIC   it can be loaded to 80%",
        "CONFIGURED  loaded to 80.0 %; pays from a load of 21.8 %",  # 2.4 of 14 / 1.1 M × 864,000
        "there is room for 62.8 % of it only",
        "Tokens moved: 31 %",
    ):
        assert said in text
    guessed = plain(asked("self-host 100% of big on 9 gpus at $2/h"), "UTC")
    assert "HEURISTIC   a GPU does 1,000 tokens a second" in guessed
    assert "costs more than it saves" in guessed
    units = plain(asked("provision 80% big on 2 ptus at $0.05/h with 500 tok/min load 90%"), "UTC")
    assert "CONFIGURED  a unit does 500 tokens a minute" in units
    assert "model of our own" not in units


def test_a_price_by_the_hour_and_one_that_is_written_off_are_the_same_if_they_come_to_the_same() -> None:
    hourly = asked("self-host 60% big on 1 gpu at $0.10/h with 900 tokens/min")
    bought = asked("self-host 60 % of big on 1 GPU for $1.8k over 36 months plus $23 a month doing 15 tok/s")
    assert hourly.verdict == bought.verdict  # 50 + 23 = 73 a month


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("self-host 60% big", "I don't understand"),
        ("self-host 60% bog on 1 gpu at $1/h", "Did you mean big?"),
        ("self-host 60% big on 0 gpus at $1/h", "I don't understand"),
        ("self-host 60% big on 1 gpu at $0/h", "is no price"),
        ("self-host 60% big on 1 gpu at €1/h", "Costs are in USD here"),
        ("self-host 60% big on 1 gpu at $1/h with 0 tokens/s", "room for nothing"),
        ("self-host 60% big on 1 gpu at $1/h load 170%", "170% is no load"),
        ("self-host 160% big on 1 gpu at $1/h", "160% is no share"),
        ("self-host 60% big on 5 units at $1/h", "Machines are counted in gpus"),
        ("provision 60% big on 5 units at $1/h", "how many tokens a minute does each?"),
        ("provision 60% big on 5 units at $1.1.1/h with 5 tokens/min", "I don't understand"),
    ],
)
def test_what_cannot_be_read_is_told_with_an_example_that_can(words: str, said: str) -> None:
    with pytest.raises(Unclear, match=said.replace("?", r"\?")) as told:
        asked(words)
    example = told.value.example.removeprefix("whatif ")
    assert example.startswith((words.split()[0], "swap"))
    if example.startswith(words.split()[0]):
        assert asked(example.replace("gpt-4o", "big")).verdict

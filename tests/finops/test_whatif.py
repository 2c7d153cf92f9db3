"""A what-if is exact, applies its levers in order, and refuses where too little was measured."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import plain
from commands.whatif import Levers, whatif
from finops.budgets.budget import Budget
from finops.desk import Ask
from finops.errors import Unclear
from finops.money import Money
from finops.people import Place
from finops.period import last_days
from finops.question import Dimension, Filter, Measure
from finops.report import Bars, Choice, Choices, Facts, Report
from finops.stamp import LedgerName
from finops.whatif.capacity import Bought, Capacity
from finops.whatif.composed import Plan, composed
from finops.whatif.levers import Batch, Cache, Cap, Lever, Trim
from finops.whatif.listed import Listed
from finops.whatif.mix import MONTH, Mix, TooLittle, measured
from finops.whatif.routing import Route
from tests.finops.fakes_ledger import ERIK, NOW, TODAY, YESTERDAY, Fact, RowLedger, Shelf, desk, fact
from tests.finops.whatif_company import FRESH, OUT, MadeUpPrices, calls, steady

LISTED = Listed(MadeUpPrices(), TODAY)
EVALS = (Filter(Dimension.TEAM, ("evals",)),)


def mix(facts: list[Fact], days: int = 28) -> Mix:
    return measured(RowLedger(facts), last_days(days, TODAY), LedgerName.METERED, (Dimension.TEAM,), ())


def plan(*levers: Lever) -> Plan:
    return composed(mix(steady()), levers, LISTED)


def asked(words: str, facts: list[Fact] | None = None) -> Report:
    shelf = Shelf(budgeted=(Budget("search", Money(Decimal(400))),))
    over = replace(desk(steady() if facts is None else facts, shelf), prices=MadeUpPrices())
    return whatif.run(Ask(over, ERIK, Place("C1"), NOW), Levers(levers=words))


def month(daily: object) -> Decimal:
    return round(Decimal(str(daily)) * MONTH, 6)


@pytest.mark.parametrize(
    ("lever", "daily"),
    [
        (Trim((), Decimal("0.2")), "13.2"),  # (10 + 1) × 0.8 + 4 + 0.4
        (Batch((), Decimal(1)), "7.7"),
        (Batch(EVALS, Decimal("0.5")), "15.05"),
        (Route((), "big", "small"), "2.8"),
        (Route((), "big", "small", tokenizer=Decimal("1.5")), "3.5"),
        (Route((), "big", "small", output=Decimal("1.5")), "3"),  # 1 + 0.4 × 1.5, and 1.4 in evals
        (Route((), "big", "small", tokenizer=Decimal(2), output=Decimal("0.5")), "3.8"),  # 2 + 0.4, and 1.4
        (Route((), "big", "small", Decimal("0.5"), Decimal("0.1")), "9.8"),
        (Cache(EVALS, Decimal(1), Decimal("0.5")), "15.075"),
        (Cap((), 500), "13.2"),  # 1,000 tokens of output a call become 500
    ],
    ids=lambda each: getattr(each, "name", each),
)
def test_each_lever_makes_what_is_reckoned_by_hand(lever: Lever, daily: str) -> None:
    assert round(plan(lever).then, 6) == month(daily)


def test_levers_work_in_their_order_whatever_order_they_are_named_in_and_add_up_to_the_total() -> None:
    levers = (Batch((), Decimal("0.3")), Route((), "big", "small"), Cache((), Decimal("0.6")), Trim((), Decimal("0.1")))
    told, turned = plan(*levers), plan(*reversed(levers))
    assert [step.lever.rank for step in told.steps] == sorted(lever.rank for lever in levers)
    assert told.then == turned.then
    assert sum(step.change for step in told.steps) == told.then - told.now
    alone = sum(plan(lever).then - told.now for lever in levers)
    assert told.now + alone < 0 < told.then  # savings that are summed would have the provider pay us


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from([Trim((), Decimal("0.37")), Cache(EVALS, Decimal("0.71"), Decimal("0.13")),
                                 Route((), "big", "small", Decimal("0.77"), Decimal("0.03")), Cap((), 777),
                                 Capacity((), "big", Decimal("0.61"), Bought(1, "GPU", Decimal("0.1"), Decimal(7))),
                                 Batch((), Decimal("0.31"))]), max_size=6))  # fmt: skip
def test_marginals_add_up_exactly(levers: list[Lever]) -> None:
    told = plan(*levers)
    assert sum((step.change for step in told.steps), Decimal(0)) == told.then - told.now


def test_a_steady_use_has_a_narrow_band_and_a_wild_one_a_wide_one() -> None:
    low, high = plan(Trim((), Decimal("0.5"))).band
    assert high - low == 0
    wild = [
        each for ago in range(1, 29) for each in calls(TODAY - timedelta(days=ago), "big", {FRESH: 10**6 * (ago % 5)})
    ]
    told = composed(mix(wild), (Trim((), Decimal("0.5")),), LISTED)
    assert told.band[0] < told.then < told.band[1]
    assert told == composed(mix(wild), (Trim((), Decimal("0.5")),), LISTED)


def test_where_it_is_fresh_input_a_cache_pays_from_the_break_even_on() -> None:
    pool = mix(steady()).pools[0]
    even = Cache((), Decimal(1)).break_even(pool, LISTED)
    assert even is not None
    assert round(even, 3) == Decimal("0.217")
    assert plan(Cache((), Decimal(1), even - Decimal("0.01"))).steps[0].change > 0
    assert plan(Cache((), Decimal(1), even + Decimal("0.01"))).steps[0].change < 0


def test_what_has_no_price_there_stays_as_it_is_and_is_told() -> None:
    told = plan(Route((), "big", "halfknown"))
    assert told.then == told.now
    assert told.steps[0].stuck == told.steps[0].touched > 0


def test_a_cost_that_is_known_as_a_whole_only_is_divided_as_the_list_would() -> None:
    whole = [fact(TODAY - timedelta(days=ago), 28, requests=100, model="big", provider="acme", token_class="")
             for ago in range(1, 29)]  # fmt: skip
    parts = [fact(TODAY - timedelta(days=ago), 0, tokens=count, model="big", provider="acme", token_class=kind)
             for ago in range(1, 29) for kind, count in ((FRESH, 1_000_000), (OUT, 100_000))]  # fmt: skip
    told = composed(mix([*whole, *parts]), (Trim((), Decimal("0.5")),), LISTED)
    assert round(told.then, 6) == month(18)  # 20 of 28 are input


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (steady(6), "only 6 days are known; a what-if needs 7"),
        (list(calls(TODAY - timedelta(days=1), "big", {FRESH: 9})), "only 1 day is known"),
        ([each for ago in range(1, 29) for each in calls(TODAY - timedelta(days=ago), "big", {FRESH: 9}, 3)],
         "Only 84 requests were counted"),
        ([], "No use of models is known of from 27 Oct to 23 Nov 2026; a what-if needs 7 days"),
    ],
)  # fmt: skip
def test_it_refuses_where_too_little_was_measured(facts: list[Fact], said: str) -> None:
    with pytest.raises((TooLittle, Unclear), match=said):
        asked("trim 20%", facts)


def test_the_report_tells_now_and_then_with_grounds_and_offers_a_request_for_the_team() -> None:
    told = asked("swap big to small team:search, cache 60% team:search")
    text = plain.plain(told, "UTC")
    assert plain.notification(told, "UTC").startswith("$426 a month would be")
    grounds = ("MEASURED", "CONFIGURED", "HEURISTIC")
    for said in ("Quality not checked", *grounds, "made-up 1", "All together", "28 of 28 days"):
        assert said in text
    facts = next(part for part in told.parts if isinstance(part, Facts))
    assert [label for label, _ in facts.pairs][:3] == ["A month now", "A month then", "Tokenizer ±15 %"]
    assert buttons(told)[0].arguments == {"team": "search", "amount": "$29.00"}
    note = "note swap big to small team:search, cache 60% team:search 2026-10-27..2026-11-23"
    assert buttons(told)[1].arguments == {"levers": note, "seen": "$28.26"}


def test_the_way_from_now_to_then_has_a_step_for_each_lever_in_order_and_arrives() -> None:
    told = asked("swap big to small output 1.5x team:search, cache 60% team:search")
    way = next(part for part in told.parts if isinstance(part, Bars))
    names, _, ends = zip(*way.steps, strict=True)
    swap = "swap big to small output 1.5x team:search"
    assert names == ("now", "cache 60% team:search", swap, "what if")
    assert [round(each, 6) for each in ends] == [month(each) for each in ("14", "9.29", "1.129", "1.129")]
    assert "CONFIGURED  small writes 1.5 times as much" in plain.plain(told, "UTC")
    assert "HEURISTIC   small makes as many tokens" in plain.plain(told, "UTC")


def test_of_nothing_that_was_spent_no_way_is_drawn() -> None:
    free = [replace(each, sums=each.sums | {Measure.COST: Decimal(0)}) for each in steady()]
    told = asked("trim 20%", free)
    assert "nothing would change" in plain.plain(told, "UTC")
    assert not [part for part in told.parts if isinstance(part, Bars)]


def buttons(told: Report) -> tuple[Choice, ...]:
    return next(part.options for part in told.parts if isinstance(part, Choices))


def test_a_design_note_says_the_same_without_buttons() -> None:
    words = "batch 50% team:evals"
    told = asked(f"note {words}")
    assert told.verdict == asked(words).verdict
    assert not [part for part in told.parts if isinstance(part, Choices)]
    assert words in plain.plain(told, "UTC")


def test_a_request_asks_for_the_seats_too_that_its_budget_pays() -> None:
    seats = [fact(TODAY - timedelta(days=ago), 5, team="search", scope="saas") for ago in range(1, 29)]
    told = asked("swap big to small team:search", [*steady(), *seats])
    text = plain.plain(told, "UTC")
    assert "A budget request: $195: that, and $152 a month that is no use of models" in text
    assert buttons(told)[0].arguments["amount"] == "$195.00"  # 42.59 then, and 5 a day: 152.08


def test_a_note_of_figures_that_moved_since_says_what_they_were() -> None:
    told = asked("trim 20% team:search")
    pressed = dict(buttons(told)[1].arguments)
    assert "moved" not in plain.plain(noted(pressed, steady()), "UTC")
    late = fact(
        YESTERDAY, 3, tokens=300_000, token_class=FRESH, team="search", app="ranker", provider="acme", model="big"
    )
    text = plain.plain(noted(pressed, [*steady(), late]), "UTC")
    assert "The figures have moved since: a month then was said to cost $365.00." in text


def noted(pressed: dict[str, str], facts: list[Fact]) -> Report:
    over = replace(desk(facts), prices=MadeUpPrices())
    return whatif.run(Ask(over, ERIK, Place("C1"), NOW + timedelta(days=2)), whatif.filled(pressed))

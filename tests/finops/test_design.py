"""What speaks against a design, rule by rule, and that nothing is judged of which nothing is known."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from pydantic import ValidationError

from finops.budgets.budget import Budget
from finops.charge import TokenClass
from finops.company import Company
from finops.designs.check import Check
from finops.designs.planned import Design
from finops.money import Money
from sources._prices import PriceLists
from tests.finops.fakes_ledger import TODAY, Fact, Shelf, desk
from tests.finops.whatif_company import MadeUpPrices, steady

CALL = {"requests_per_day": 100, "input_tokens": 10_000, "output_tokens": 1_000, "max_output_tokens": 2_000}


def judged(rule: str, budget: int = 1000, facts: list[Fact] | None = None, day: date = TODAY, currency: str = "USD",
           more: dict[str, Any] | None = None, **plan: Any) -> str:  # fmt: skip
    design = Design.model_validate(
        {"team": "search", "workloads": {"w": {"model": "small"} | CALL | plan}} | (more or {})
    )
    shelf = Shelf(budgeted=(Budget("search", Money(budget)),))
    over = replace(desk(steady() if facts is None else facts, shelf), prices=MadeUpPrices(),
                   company=Company(currency=currency))  # fmt: skip
    if plan.get("model", "").startswith("claude"):
        over = replace(over, prices=PriceLists())
    found = Check(design, over, datetime.combine(day, time(9), UTC)).found()
    return next(str(each) for each in found if each.rule == rule)


@pytest.mark.parametrize(
    ("rule", "plan", "said"),
    [
        ("unknown-model", {}, "PASS w: unknown-model: small is in made-up 1"),
        ("unknown-model", {"model": "smal"}, "FAIL w: unknown-model: no price list knows smal"),
        ("forbidden-model", {"more": {"forbidden": ["SM*"]}}, "FAIL w: forbidden-model: small is forbidden by “SM*”"),
        ("forbidden-model", {"more": {"forbidden": ["big"]}}, "PASS"),
        ("retiring-model", {}, "PASS w: retiring-model: no list tells an end"),
        ("no-output-cap", {"max_output_tokens": None}, "WARN w: no-output-cap: set max_output_tokens"),
        ("no-output-cap", {}, "PASS"),
        ("not-batched", {"interactive": False}, "WARN"),
        ("not-batched", {"interactive": False, "batch": True}, "PASS"),
        ("growth", {}, "SKIP w: growth: not judged: changes names no app"),
        ("growth", {"changes": "nobody"}, "SKIP w: growth: not judged: too little measured"),
        ("growth", {"changes": "judge", "model": "big"}, "FAIL w: growth: a call costs 10.0 times what it does now"),
        ("growth", {"changes": "judge", "model": "big", "more": {"max_growth": 10}}, "PASS"),
        ("growth", {"changes": "judge", "model": "nowhere"}, "SKIP w: growth: not judged: no price"),
        ("budget", {"model": "nowhere"}, "SKIP search: budget: not judged: a workload has no price"),
        (
            "budget",
            {},
            "PASS search: budget: adds $42.58 a month (CONFIGURED) where $580.00 of $1,000.00 are left "
            "(MEASURED to 2026-11-23, and forecast to the end of the month)",
        ),
        ("budget", {"budget": 460}, "FAIL search: budget: adds $42.58 a month (CONFIGURED) where $40.00 of $460.00"),
        ("budget", {"budget": 460, "batch": True}, "WARN search: budget: adds $21.29 a month"),
        ("budget", {"budget": 513}, "WARN search: budget: adds $42.58"),
        ("budget", {"budget": 514}, "PASS search: budget: adds $42.58"),
        (
            "budget",
            {"budget": 100, "changes": "judge", "model": "big", "requests_per_day": 1},
            "PASS search: budget: adds −",
        ),
        (
            "budget",
            {"budget": 100},
            "FAIL search: budget: adds $42.58 a month (CONFIGURED) where $100.00 are exceeded by $320.00",
        ),
        ("budget", {"more": {"team": ""}}, "SKIP all: budget: not judged: the design names no team"),
        ("budget", {"more": {"team": "nobody"}}, "SKIP nobody: budget: not judged: the team has no budget"),
        ("budget", {"changes": "judge"}, "PASS search: budget: adds $0.00 a month"),
        ("budget", {"facts": [], "changes": "judge"}, "SKIP"),
        (
            "budget",
            {"currency": "EUR"},
            "SKIP search: budget: not judged: lists are in USD, and no rate says what that "
            "is in EUR; name a file of rates as currency.rates",
        ),
        ("growth", {"currency": "EUR", "changes": "judge"}, "SKIP w: growth: not judged: lists are in USD"),
    ],
)
def test_a_rule_says_what_is_so(rule: str, plan: dict[str, Any], said: str) -> None:
    assert judged(rule, **plan).startswith(said)


@pytest.mark.parametrize(("day", "level"), [(date(2026, 8, 1), "PASS"), (date(2026, 9, 1), "WARN"),
                                            (date(2026, 11, 29), "WARN"), (date(2026, 11, 30), "FAIL")])  # fmt: skip
def test_a_list_tells_until_when_a_model_is_served(day: date, level: str) -> None:
    said = judged("retiring-model", day=day, model="claude-sonnet-4-5")
    assert said == f"{level} w: retiring-model: claude-sonnet-4-5 is served until 2026-11-30"


def test_an_exemption_counts_to_its_last_day_and_is_told_afterwards() -> None:
    exempt = {"workload": "w", "rule": "no-output-cap", "until": TODAY.isoformat(), "reason": "short by nature"}
    more = {"exemptions": [exempt]}
    plan = {"max_output_tokens": None, "more": more}
    assert judged("no-output-cap", **plan).startswith("PASS")
    assert "short by nature" in judged("no-output-cap", **plan)
    after = judged("no-output-cap", day=date(2026, 11, 25), **plan)
    assert after == "WARN w: no-output-cap: set max_output_tokens (the exemption ended on 2026-11-24)"


def test_an_exemption_of_what_is_not_planned_is_refused() -> None:
    exempt = {"workload": "v", "rule": "growth", "until": "2027-01-01", "reason": "why not"}
    with pytest.raises(ValidationError, match="“v”, which is not a workload that is planned here"):
        judged("growth", more={"exemptions": [exempt]})
    with pytest.raises(ValidationError, match="“w”, which is not the team"):
        judged("growth", more={"exemptions": [exempt | {"workload": "w", "rule": "budget"}]})
    assert judged("growth", more={"exemptions": [exempt | {"workload": "search", "rule": "budget"}]})


def test_the_end_of_a_model_is_the_same_for_all_its_tiers() -> None:
    offers = PriceLists().offers("anthropic", ("claude-sonnet-4-5",), TODAY)
    told = {rates.retires for offer in offers for rates in offer if rates.origin.startswith("litellm")}
    assert told == {date(2026, 11, 30)}
    assert TokenClass.OUTPUT in offers[0][0].per_token

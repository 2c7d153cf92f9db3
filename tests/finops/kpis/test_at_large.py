"""The made-up company at large, where it lies beside the checkout: what it says it expects, and what plain loops over
its files make, is what is answered."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.settings import OwnerSettings, Settings
from bot.wiring import House, built
from finops.batch import Delivery
from sources.drivers import Drivers
from sources.focus import Focus
from sources.outcomes import Outcomes
from sources.requests import Requests
from tests.commands.conftest import ERIK, FINANCE, NOW

SEED = Path(__file__).parents[4] / "shared/data/synthetic/seed11"
pytestmark = pytest.mark.skipif(not SEED.exists(), reason="THE SAMPLE FILES AT LARGE ARE NOT BESIDE THE CHECKOUT")
ALL = "2026-10-01..2026-11-30"
LAST_WEEK, WEEK_BEFORE = "2026-11-09..2026-11-15", "2026-11-02..2026-11-08"
NEAR = Decimal("1e-12")
BERLIN = replace(FINANCE, zone="Europe/Berlin")
DEPLOYED = {f"prod-{model}": model for model in ("gpt-4o", "gpt-4.1", "gpt-4.1-mini", "gpt-5", "gpt-5-mini")}
KINDS = {"Input Tokens": "uncached_input", "Cached Input Tokens": "cache_read", "Cache Write Tokens": "cache_write",
         "Output Tokens": "output"}  # fmt: skip
PROVIDERS = {"anthropic": "Anthropic", "openai": "OpenAI", "gemini": "Google Cloud"}
Row = Mapping[str, str]
Sums = dict[str, Decimal]


def lines(name: str) -> list[Row]:
    with gzip.open(SEED / name, "rt", newline="") as file:
        return list(csv.DictReader(file))


def total(rows: list[Row], of: Callable[[Row], object], by: Callable[[Row], str] = lambda row: "") -> Sums:
    """The plain sums of *of*, by *by*."""
    ordered = sorted(rows, key=by)
    return {key: sum((Decimal(str(of(row))) for row in some), Decimal(0)) for key, some in groupby(ordered, by)}


@dataclass(frozen=True)
class Files:
    """The company's files, read plainly."""

    @cached_property
    def expected(self) -> Any:
        return json.loads((SEED / "expected.json").read_text(), parse_float=Decimal)

    @cached_property
    def calls(self) -> list[Row]:
        """Each AI request once; what it cost, where its line does not tell, as the labels have it."""
        true = {row["request_id"]: row["true_spend_usd"] for row in lines("labels.csv.gz")}
        told = {row["request_id"]: row for row in lines("requests.csv.gz")}.values()
        return [{**row, "cost": row["spend_usd"] or true[row["request_id"]]} for row in told]

    @cached_property
    def drivers(self) -> list[Row]:
        return lines("business_drivers.csv.gz")

    @cached_property
    def bill(self) -> list[Row]:
        return lines("focus_ai_daily.csv.gz")

    @property
    def bought(self) -> list[Row]:
        """The lines of the bill that buy tokens."""
        return [row for row in self.bill if row["ConsumedUnit"] == "Tokens"]


@dataclass(frozen=True)
class Company:
    """The product that has taken the files in."""

    house: House
    requests: Delivery
    outcomes: Delivery

    def __call__(self, words: str) -> Sums:
        """What is answered, by name, and of all."""
        said = self.house.asking().typed(words, ERIK, BERLIN).figures
        assert said is not None
        found = {" ".join(key.values()): value for key, value in said.rows if value is not None}
        return found | ({"all": said.total} if said.total is not None else {})

    def rows(self, words: str) -> Sums:
        """The same, without what it comes to altogether."""
        return {name: value for name, value in self(words).items() if name != "all"}


@pytest.fixture(scope="module")
def files() -> Files:
    return Files()


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    owners = OwnerSettings(models=DEPLOYED)
    made = built(Settings(home=tmp_path_factory.mktemp("large") / "home", owners=owners), lambda: NOW)
    batches = {"requests": Requests(), "business_drivers": Drivers(), "focus_ai_daily": Focus(), "events": Outcomes()}
    done = {name: made.facts.publish(source.batch((SEED / f"{name}.csv.gz",)), NOW) for name, source in batches.items()}
    assert not [name for name, each in done.items() if each.quarantined]
    yield Company(made, done["requests"], done["events"])
    made.engine.dispose()


def micro(sums: Sums) -> Sums:
    """To a millionth, as what is expected is written."""
    return {name: round(value, 6) for name, value in sums.items()}


def model(row: Row) -> str:
    return row["model"].rpartition("/")[2].removeprefix("prod-").removeprefix("us.anthropic.")


def day(row: Row) -> str:
    return row["ts_start"][:10]


def billed_day(row: Row) -> str:
    return row["ChargePeriodStart"][:10]


def within(rows: list[Row], period: str) -> list[Row]:
    start, _, end = period.partition("..")
    return [row for row in rows if start <= day(row) <= end]


def test_as_many_calls_and_outcomes_are_taken_in_as_are_expected(company: Company, files: Files) -> None:
    assert (company.requests.read, company.requests.kept) == (files.expected["log_rows"], files.expected["requests"])
    assert company.outcomes.kept == files.expected["events"]
    assert company(f"requests {ALL}")["all"] == files.expected["requests"]


def test_what_was_spent_is_what_is_expected(company: Company, files: Files) -> None:
    spent = micro(company(f"cost metered by provider {ALL}"))
    assert spent == files.expected["focus_checks"]["logged_list_spend"] | {"all": files.expected["spend_usd"]}


def test_the_bill_is_what_is_expected_by_provider_and_charge_category(company: Company, files: Files) -> None:
    billed = micro(company.rows(f"billed cost billed by provider,charge_category {ALL}"))
    assert billed == {" ".join((PROVIDERS[who], what)): amount for key, amount in files.expected["focus"].items()
                      for who, what in [key.split("|")]}  # fmt: skip


def test_tax_credit_discount_and_correction_are_what_was_put_into_the_bill(company: Company, files: Files) -> None:
    known = files.expected["focus_checks"]
    by_category = micro(company(f"billed cost billed by charge_category {ALL}"))
    assert (by_category["Tax"], by_category["Credit"]) == (known["tax"], known["credit"])
    corrected = company(f"list cost billed charge_class:correction {ALL}")["all"]
    assert corrected == known["correction_list"]
    kept = f"provider:anthropic charge_category:usage {ALL}"
    listed, paid = company(f"list cost billed {kept}")["all"], company(f"cost billed {kept}")["all"]
    assert round(1 - paid / listed, 6) == known["anthropic_discount"]
    assert round(listed - corrected, 5) == round(known["logged_list_spend"]["anthropic"], 5)


def test_the_gap_between_bill_and_meter_is_what_was_put_into_it(company: Company, files: Files) -> None:
    known = files.expected["focus_checks"]
    parts = company.rows(f"reconcile {ALL}")
    assert micro(parts)["OpenAI untracked"] == pytest.approx(known["untracked_openai_usage"], abs=Decimal("0.00001"))
    assert micro(parts)["OpenAI credit"] == known["credit"]
    assert micro(parts)["Anthropic tax"] == known["tax"]


def by(column: str) -> Callable[[Row], str]:
    return lambda row: row[column]


def cost(row: Row) -> str:
    return row["cost"]


def one(row: Row) -> int:
    return 1


def tokens(row: Row) -> int:
    return int(row["input_tokens"]) + int(row["output_tokens"])


def status(row: Row) -> str:
    return {"success": "ok", "failure": "error"}.get(row["status"], "error" if row["error_type"] else "")


def there(row: Row) -> datetime:
    """When it was in Berlin, where clocks were put back on 25 October."""
    return datetime.fromisoformat(row["ts_start"]).astimezone(ZoneInfo("Europe/Berlin"))


def classes(row: Row) -> dict[str, int]:
    given, cached, written, said, thought = (int(row[f"{name}_tokens"]) for name in (
        "input", "cached_input", "cache_write", "output", "reasoning"))  # fmt: skip
    return {"uncached_input": given - cached - written, "cache_read": cached, "cache_write": written,
            "output": said - thought, "reasoning": thought}  # fmt: skip


def kind(row: Row) -> str:
    """Which class of tokens a line of the bill buys."""
    return KINDS[row["SkuId"].partition(":")[2]]


def divided(above: Sums, below: Sums, times: int = 1) -> Sums:
    return {name: above.get(name, Decimal(0)) * times / each for name, each in below.items() if each}


def by_class(files: Files) -> Sums:
    sums: Sums = {}
    for row in files.calls:
        for name, many in classes(row).items():
            sums[name] = sums.get(name, Decimal(0)) + many
    return sums


def reasoning(files: Files) -> Sums:
    thought, said = (total(files.calls, by(name), model) for name in ("reasoning_tokens", "output_tokens"))
    return divided(thought, said, 100)


def input_price(files: Files) -> Sums:
    given = [row for row in files.bought if kind(row) != "output"]
    return divided(total(given, by("EffectiveCost"), by("ProviderName")),
                   total(given, by("ConsumedQuantity"), by("ProviderName")), 1_000_000)  # fmt: skip


def price_by_class(files: Files) -> Sums:
    return divided(total(files.bought, by("EffectiveCost"), kind), total(files.bought, by("ConsumedQuantity"), kind),
                   1_000_000)  # fmt: skip


def dearest(files: Files) -> Sums:
    costs = total(files.calls, cost, model)
    return {name: costs[name] for name in sorted(costs, key=lambda name: -costs[name])[:3]}


def per_driver(files: Files, of: Callable[[Row], object]) -> Sums:
    return divided(total(files.calls, of, by("app")), total(files.drivers, by("count"), by("app")))


def hits(files: Files) -> Sums:
    read, given = (total(files.calls, by(name), model) for name in ("cached_input_tokens", "input_tokens"))
    return divided(read, given, 100)


HAND: Mapping[str, Callable[[Files], Sums]] = {
    "cost metered by model": lambda files: total(files.calls, cost, model),
    "cost metered by team": lambda files: total(files.calls, cost, by("team")),
    "cost metered by day": lambda files: total(files.calls, cost, day),
    "cost metered by model top 3": dearest,
    "requests by app": lambda files: total(files.calls, one, by("app")),
    "requests by day": lambda files: total(files.calls, one, day),
    "tokens metered by token_class": by_class,
    "tokens metered by team": lambda files: total(files.calls, tokens, by("team")),
    "kpi cache_hit_rate metered by model": hits,
    "kpi cost_per_request metered by app": lambda files: divided(
        total(files.calls, cost, by("app")), total(files.calls, one, by("app"))
    ),
    "kpi reasoning_ratio metered by model": reasoning,
    "kpi effective_input_price billed by provider": input_price,
    "kpi cost_per_million_tokens billed by token_class": price_by_class,
    "kpi tokens_per_driver metered by app": lambda files: per_driver(files, tokens),
    "kpi cost_per_driver metered by app": lambda files: per_driver(files, cost),
    "cost metered by status": lambda files: total(files.calls, cost, status),
    "requests by status": lambda files: total(files.calls, one, status),
    "kpi error_cost_share metered by model": lambda files: divided(
        total([row for row in files.calls if status(row) == "error"], cost, model), total(files.calls, cost, model), 100
    ),
    "cost by hour,weekday": lambda files: total(files.calls, cost, lambda row: f"{there(row):%H:00 %A}"),
    "tokens by model hour:09:00,10:00": lambda files: total(
        [row for row in files.calls if there(row).hour in (9, 10)], tokens, model
    ),
    "cost metered by weekday": lambda files: total(files.calls, cost, lambda row: f"{date.fromisoformat(day(row)):%A}"),
    "cost metered by model provider:anthropic,gemini -model:*opus*": lambda files: total(
        [row for row in files.calls if row["provider"] != "openai" and "opus" not in row["model"]], cost, model
    ),
    "cost metered by team,app": lambda files: total(files.calls, cost, lambda row: f"{row['team']} {row['app']}"),
    "list cost billed by provider": lambda files: total(files.bill, by("ListCost"), by("ProviderName")),
    "cost billed by day": lambda files: total(files.bill, by("EffectiveCost"), billed_day),
}


@pytest.mark.parametrize("words", HAND)
def test_an_answer_is_what_plain_loops_make(company: Company, files: Files, words: str) -> None:
    by_hand = HAND[words](files)
    answered = {name: value for name, value in company.rows(f"{words} {ALL}").items() if value}
    assert answered == pytest.approx({name: value for name, value in by_hand.items() if value}, rel=NEAR)


def test_a_week_moved_by_what_the_weeks_differ(company: Company, files: Files) -> None:
    now, before = (total(within(files.calls, week), cost)[""] for week in (LAST_WEEK, WEEK_BEFORE))
    assert company(f"why cost metered {LAST_WEEK} vs previous")["all"] == now - before


def test_price_mix_and_volume_are_what_fractions_of_the_bill_make(company: Company, files: Files) -> None:
    now, before = (used(files, week) for week in (LAST_WEEK, WEEK_BEFORE))
    many, many_before = (sum(count for count, _ in week.values()) for week in (now, before))
    spent, spent_before = (sum(paid for _, paid in week.values()) for week in (now, before))
    both = [(*now[name], *before[name]) for name in now if name in before]
    price = sum(paid - count * was / count_before for count, paid, count_before, was in both)
    volume, whole = spent_before * many / many_before - spent_before, spent - spent_before
    parts = company(f"why cost billed charge_category:usage -charge_class:correction {LAST_WEEK} vs previous")
    expected = {"volume": volume, "price": price, "mix": whole - volume - price, "all": whole}
    assert {name: float(parts[name]) for name in expected} == pytest.approx(
        {name: float(value) for name, value in expected.items()}, rel=1e-12
    )


def used(files: Files, week: str) -> dict[str, tuple[Fraction, Fraction]]:
    """By model and class: how many tokens the bill names in *week*, and what they cost."""
    start, _, end = week.partition("..")
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for row in files.bought:
        if start <= billed_day(row) <= end and not row["ChargeClass"]:
            name = row["SkuId"]
            many, paid = found.get(name, (Fraction(0), Fraction(0)))
            found[name] = (many + Fraction(row["ConsumedQuantity"]), paid + Fraction(row["EffectiveCost"]))
    return found

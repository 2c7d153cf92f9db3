"""GPUs of our own: where their hours and the calls of our own models are told, they are as fast and dear as that."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.plain import plain
from bot.wiring import House, built
from finops.errors import Unclear
from sources.focus import Focus
from sources.requests import Requests
from tests.commands.conftest import ERIK, FINANCE, NOW, settings

BILL = "ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ServiceCategory,ChargeCategory,BilledCost,\
EffectiveCost,BillingCurrency,ConsumedQuantity,ConsumedUnit,SkuMeter"
CALLS = "request_id,ts_start,provider,model,input_tokens,output_tokens,requests,spend_usd,team,app,key"
FIRST = date(2026, 10, 26)
Homes = Callable[[str, int], House]


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[Homes]:
    """Houses in which GPUs work 10 hours of 24 at $48 a day, and tell of it on so many of the last days."""
    made: list[House] = []

    def home(name: str, days: int) -> House:
        house = built(settings(tmp_path / name), lambda: NOW)
        (tmp_path / f"{name}-bill.csv").write_text("\n".join([BILL, *bill(days)]))
        (tmp_path / f"{name}-calls.csv").write_text("\n".join([CALLS, *calls()]))
        house.facts.publish(Focus().batch((tmp_path / f"{name}-bill.csv",)), NOW)
        house.facts.publish(Requests().batch((tmp_path / f"{name}-calls.csv",)), NOW)
        made.append(house)
        return house

    yield home
    for house in made:
        house.engine.dispose()


def bill(days: int) -> Iterator[str]:
    for ago in range(29 - days, 29):
        for service, hours, cost in (("GPU", 10, 20), ("Idle GPU", 14, 28)):
            yield f"{FIRST + timedelta(days=ago)},Data center,rack,{service},Compute,Usage,{cost},{cost},USD,{hours},\
GPU-Hours,Capex"


def calls() -> Iterator[str]:
    """Half of what our own model answers comes on days of which no GPU tells, where there are few."""
    for ago in range(29):
        day = f"{FIRST + timedelta(days=ago)}T10:00:00Z"
        yield f"o{ago},{day},openai,gpt-4o,1000000,100000,10,3.5,search,a,k"
        yield f"l{ago},{day},self-hosted,llama-3-70b,32400000,3600000,100,0,search,a,k"


def told(house: House, words: str) -> str:
    return plain(house.asking().typed(f"whatif {words}", ERIK, FINANCE), "UTC")


def test_speed_and_price_are_what_was_measured_and_say_so(homes: Homes) -> None:
    text = told(homes("whole", 29), "self-host 60% gpt-4o on 2 gpus")
    speed = Decimal(36_000_000) / 36_000  # tokens of a day, by its ten hours at work
    assert f"MEASURED    a GPU does {speed:,.0f} tokens a second, whatever their class: what yours did" in text
    assert "on 28 days" in text
    assert "MEASURED    2 GPUs at $2.00 an hour each: $2,920.00 a month, used or not" in text  # 48 by 24 hours


def test_of_days_on_which_only_one_of_both_is_told_no_speed_is_made(homes: Homes) -> None:
    text = told(homes("half", 14), "self-host 60% gpt-4o on 2 gpus at $3/h")
    assert "MEASURED    a GPU does 1,000 tokens a second" in text
    assert "on 14 days" in text
    assert "CONFIGURED  2 GPUs at $3.00 an hour each" in text


def test_what_is_said_counts_more_than_what_was_measured(homes: Homes) -> None:
    text = told(homes("said", 29), "self-host 60% gpt-4o on 2 gpus at $3/h with 700 tokens/s")
    assert "CONFIGURED  a GPU does 700 tokens a second, whatever their class\n" in text


def test_a_few_days_are_no_ground_for_a_speed_and_a_price_has_to_be_said(homes: Homes) -> None:
    few = homes("few", 6)
    assert "HEURISTIC   a GPU does 1,000 tokens a second" in told(few, "self-host 60% gpt-4o on 2 gpus at $3/h")
    with pytest.raises(Unclear, match=r"What does a GPU cost an hour\? None was measured here") as raised:
        told(few, "self-host 60% gpt-4o on 2 gpus")
    assert told(few, raised.value.example.removeprefix("whatif "))
    with pytest.raises(Unclear, match="What does a unit cost an hour"):
        told(few, "provision 60% gpt-4o on 2 units with 500 tokens/min")

"""Two open lists: what the second is made of, who is found in it, and which of them counts."""

import csv
import gzip
import io
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.charge import TokenClass
from finops.prices import Offer
from sources._litellm_map import COLUMNS, FOLDER, packed, slim
from sources._litellm_prices import LitellmPrices
from sources._prices import PriceLists
from tests.bot.command_line.conftest import SHARED

MAP = SHARED / "prices/litellm_1.109.1_model_prices.json.gz"
DAY = date(2026, 11, 1)
ONE = {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": Decimal("1e-6")}
PICTURE = {"litellm_provider": "acme", "mode": "image_generation", "input_cost_per_token": Decimal("1e-6")}


def rates(offer: Offer, tier: str = "", above: int = 0) -> Mapping[str, Decimal]:
    (found,) = (each for each in offer if (each.tier, each.above) == (tier, above))
    return {str(kind): price * 1_000_000 for kind, price in found.per_token.items()}


def of_list(provider: str, *models: str) -> Offer:
    return LitellmPrices().rates(provider, models, DAY)


def small(folder: Path, **models: Mapping[str, object]) -> LitellmPrices:
    file = folder / "litellm-9.9.csv.gz"
    file.write_bytes(packed(models))
    return LitellmPrices(file)


@pytest.mark.parametrize("odd", [{"above": "many"}, {"uncached_input": "1,5"}, {"output": "NaN"}, {"output": "-1"},
                                 {"retires": "soon"}, {"provider": ""}, {"output": "1e400"}], ids=str)  # fmt: skip
def test_a_model_with_an_odd_row_has_no_price_and_the_others_keep_theirs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, odd: dict[str, str]
) -> None:
    steps = ONE | {"input_cost_per_token_above_200k_tokens": Decimal("2e-6")}
    rows = list(slim({"one": ONE, "two": steps, "six": ONE}))
    rows[-1] |= odd
    file = tmp_path / "litellm-9.8.csv.gz"
    with gzip.open(file, "wt", newline="") as text:
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
        text.write("acme,cut off\n")
    prices = LitellmPrices(file)
    assert [bool(prices.rates("acme", [model], DAY)) for model in ("one", "six", "two")] == [True, True, False]
    assert "litellm-9.8.csv.gz, line 5 is not a price" in caplog.text


def test_an_entry_of_the_map_that_is_no_model_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    rows = list(slim({"one": ONE, "two": {"mode": "chat"}, "three": "x", "four": None}))  # type: ignore[dict-item]
    assert [row["model"] for row in rows] == ["one"]
    assert caplog.text.count("is left out") == 3


@pytest.mark.skipif(not MAP.exists(), reason="THE SAMPLE FILES AT LARGE ARE NOT BESIDE THE CHECKOUT")
def test_the_shipped_list_is_what_is_made_of_the_map() -> None:
    with gzip.open(MAP, "rt") as text:
        made = packed(json.load(text, parse_float=Decimal))
    assert gzip.decompress((FOLDER / "litellm-1.109.1.csv.gz").read_bytes()) == gzip.decompress(made)


def test_a_price_is_kept_to_the_last_digit_by_class_tier_and_step() -> None:
    told = ONE | {
        "output_cost_per_token": Decimal("1.23456789e-5"),
        "cache_creation_input_token_cost_above_1hr": Decimal("2e-6"),
        "input_cost_per_token_batches": Decimal("5e-7"),
        "input_cost_per_token_above_200k_tokens": Decimal("3e-6"),
        "deprecation_date": "2027-01-01",
    }
    found = [{name: value for name, value in row.items() if value} for row in slim({"m": told})]
    said = {"provider": "acme", "model": "m", "retires": "2027-01-01"}
    assert found == [
        said | {"above": "0", "uncached_input": "1", "output": "12.3456789", "cache_write_1h": "2"},
        said | {"above": "200001", "uncached_input": "3"},
        said | {"above": "0", "tier": "batch", "uncached_input": "0.5"},
    ]


@pytest.mark.parametrize(
    "told",
    [
        ONE | {"input_cost_per_token": Decimal(0)},
        ONE | {"input_cost_per_token": 0},
        ONE | {"off_peak_pricing": {"windows": []}, "input_cost_per_request": Decimal("0.1")},
        PICTURE,
        {"litellm_provider": "acme", "mode": "chat", "output_cost_per_token": Decimal("1e-6")},
    ],
)
def test_what_is_free_or_not_priced_by_tokens_alone_is_left_out(told: Mapping[str, object]) -> None:
    assert list(slim({"m": told})) == []


def test_nothing_in_the_shipped_list_is_free() -> None:
    (file,) = FOLDER.glob("litellm-*.csv.gz")
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(file.read_bytes()).decode())))
    prices = [Decimal(row[kind]) for row in rows for kind in TokenClass if row[kind]]
    assert len({row["model"] for row in rows}) > 3000
    assert min(prices) > 0


def test_a_class_without_a_price_costs_what_it_is_a_part_of(tmp_path: Path) -> None:
    made = small(tmp_path, m=ONE | {"output_cost_per_token": Decimal("4e-6")})
    assert rates(made.rates("acme", ["m"], DAY)) == {
        **dict.fromkeys(("uncached_input", "cache_read", "cache_write", "cache_write_1h", "audio_input",
                         "image_input"), Decimal(1)),
        **dict.fromkeys(("output", "reasoning", "audio_output", "image_output"), Decimal(4)),
    }  # fmt: skip
    assert made.origin == "litellm 9.9"


def test_what_a_tier_does_not_say_is_unknown_where_it_is_priced_apart(tmp_path: Path) -> None:
    told = ONE | {"cache_read_input_token_cost": Decimal("1e-7"), "input_cost_per_token_batches": Decimal("5e-7")}
    found = rates(small(tmp_path, m=told).rates("acme", ["m"], DAY), "batch")
    assert "cache_read" not in found
    assert "output" not in found
    assert found["cache_write"] == Decimal("0.5")


def test_a_step_inherits_what_it_does_not_say(tmp_path: Path) -> None:
    told = ONE | {"output_cost_per_token": Decimal("4e-6"), "input_cost_per_token_above_200k_tokens": Decimal("2e-6")}
    found = rates(small(tmp_path, m=told).rates("acme", ["m"], DAY), above=200_001)
    assert (found["uncached_input"], found["output"]) == (2, 4)


@pytest.mark.parametrize(
    ("provider", "model", "price"),
    [
        ("anthropic", "claude-sonnet-4-5-20250929", "3"),
        ("bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.3"),
        ("bedrock", "claude-sonnet-4-5-20250929", "3"),
        ("anthropic", "bedrock/us-gov-east-1/claude-sonnet-4-5-20250929-v1:0", "3.6"),
        ("vertex_ai", "gemini-2.5-pro", "1.25"),
        ("gemini", "Gemini-2.5-Pro", "1.25"),
        ("azure", "gpt-4o", "2.5"),
        ("a gateway of our own", "gpt-4o", "2.5"),
        ("", "gpt-4o", "2.5"),
    ],
)
def test_a_model_is_found_by_whom_it_went_to(provider: str, model: str, price: str) -> None:
    assert rates(of_list(provider, model))["uncached_input"] == Decimal(price)


def test_a_model_that_its_provider_does_not_sell_has_no_price() -> None:
    assert of_list("anthropic", "gpt-4o") == ()
    assert of_list("openai", "no-such-model") == ()


def test_the_first_list_counts_and_the_second_knows_what_it_does_not() -> None:
    both = PriceLists()
    known, retired, second = (
        both.offers(provider, (model,), DAY)
        for provider, model in (
            ("mistral", "mistral-large-latest"),
            ("anthropic", "claude-sonnet-4-20250514"),
            ("bedrock", "apac.amazon.nova-micro-v1:0"),
        )
    )
    assert [offer[0].origin.split()[0] for offer in known] == ["genai-prices", "litellm"]
    assert [offer[0].origin.split()[0] for offer in retired] == ["genai-prices"]
    assert second
    assert both.offers("acme", ("no-such-model",), DAY) == ()


def test_the_order_can_be_turned_and_one_list_left_out() -> None:
    turned = PriceLists(order=("litellm", "genai-prices")).offers("mistral", ("mistral-large-latest",), DAY)
    assert [offer[0].origin.split()[0] for offer in turned] == ["litellm", "genai-prices"]
    assert PriceLists(order=("litellm",)).offers("anthropic", ("claude-sonnet-4-20250514",), DAY) == ()

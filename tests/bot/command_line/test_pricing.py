"""`tuppence price` gives the exact price of a provider's own answer, or says why there is none; never a third thing."""

import gzip
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.bot.command_line.conftest import SHARED, Terminal

FIXTURE = Path(__file__).parents[2] / "fixtures" / "usage_bodies.jsonl"
WHOLE = SHARED / "prices/genai_prices_usages_first_half.json.gz"
CLAUDE = "claude-sonnet-4-5-20250929"
Case = tuple[dict[str, Any], dict[str, str]]


def cases(bodies: list[dict[str, Any]]) -> list[Case]:
    """Each body with each extractor that carries a price, as a call whose time nobody knows, and that price."""
    return [
        ({"provider": each["provider_id"], "api_flavor": each["api_flavor"], "model": body.get("model"),
          "body": body["body"], "at": None}, each)
        for body in bodies for part in body["extracted"] for each in part["extractors"] if "input_price" in each
    ]  # fmt: skip


def lines(tuppence: Terminal, file: Path) -> list[dict[str, Any]]:
    said = tuppence("price", file)
    assert (said.code, said.error) == (0, "")
    return [json.loads(line) for line in said.out.splitlines()]


def priced(tuppence: Terminal, tmp_path: Path, *calls: object) -> list[dict[str, Any]]:
    file = tmp_path / "calls.jsonl"
    file.write_text("".join(f"{call if isinstance(call, str) else json.dumps(call)}\n" for call in calls))
    return lines(tuppence, file)


def call(model: str = CLAUDE, provider: str = "anthropic", at: str | None = None, **usage: Any) -> dict[str, Any]:
    return {"provider": provider, "api_flavor": None, "model": model, "body": {"usage": usage}, "at": at}


def examined(said: list[dict[str, Any]], asked: list[Case]) -> Counter[str]:
    """How many were priced, exactly, and how many not, and why; in words that stay when models come and go."""
    count: Counter[str] = Counter()
    assert len(said) == len(asked)
    for line, (_, price) in zip(said, asked, strict=True):
        assert ("unpriced" in line) != ("total_price" in line)
        if "unpriced" in line:
            count[str(line["unpriced"])] += 1
            continue
        count["priced"] += 1
        expected = {name: Decimal(price[name]) for name in ("input_price", "output_price", "total_price")
                    if name in price}  # fmt: skip
        assert {name: Decimal(line[name]) for name in expected} == expected, line
    return count


@pytest.mark.parametrize("packed", [True, False])
def test_real_answers_of_many_providers_have_exactly_the_recorded_price_or_a_reason(
    tuppence: Terminal, tmp_path: Path, packed: bool
) -> None:
    asked = cases([json.loads(line) for line in FIXTURE.read_text().splitlines()])
    file = tmp_path / ("calls.json.gz" if packed else "calls.json")
    text = json.dumps([one for one, _ in asked], indent=1 if packed else None).encode()
    file.write_bytes(gzip.compress(text) if packed else text)
    found = examined(lines(tuppence, file), asked)
    assert found["priced"] > 40
    assert found.total() - found["priced"] < 30, found


@pytest.mark.skipif(not WHOLE.exists(), reason="THE SAMPLE FILES AT LARGE ARE NOT BESIDE THE CHECKOUT")
def test_so_do_all_there_are(tuppence: Terminal, tmp_path: Path) -> None:
    asked = cases(json.loads(gzip.decompress(WHOLE.read_bytes())))
    found = examined(priced(tuppence, tmp_path, *(one for one, _ in asked)), asked)
    assert found["priced"] > 0.95 * found.total(), found


def test_the_cache_is_written_at_two_prices_read_at_a_third_and_never_counted_twice(
    tuppence: Terminal, tmp_path: Path
) -> None:
    usage = {"input_tokens": 1000, "cache_read_input_tokens": 400, "cache_creation_input_tokens": 300,
             "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
             "output_tokens": 50}  # fmt: skip
    (line,) = priced(tuppence, tmp_path, call(**usage))
    assert line == {
        "provider": "anthropic",
        "api_flavor": None,
        "model": CLAUDE,
        "tokens": {"cache_read": 400, "cache_write": 100, "cache_write_1h": 200, "output": 50, "uncached_input": 1000},
        "input_price": "0.004695",  # 1000 × 3 + 400 × 0.3 + 100 × 3.75 + 200 × 6, a million
        "output_price": "0.00075",
        "total_price": "0.005445",
        "price_list": "genai-prices",
        "price_list_version": line["price_list_version"],
    }


def test_cached_tokens_are_part_of_the_prompt_where_the_provider_says_so(tuppence: Terminal, tmp_path: Path) -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 600},
             "completion_tokens_details": {"reasoning_tokens": 40}}  # fmt: skip
    asked = call("gpt-4o-2024-11-20", "openai", **usage) | {"api_flavor": "chat"}
    (line,) = priced(tuppence, tmp_path, asked)
    assert line["tokens"] == {"cache_read": 600, "output": 60, "reasoning": 40, "uncached_input": 400}
    assert (line["input_price"], line["output_price"]) == ("0.00175", "0.001")


@pytest.mark.parametrize("usage", [
    {"input_tokens": 10, "output_tokens": -1},
    {"input_tokens": True, "output_tokens": 1},
    {"input_tokens": 10**30, "output_tokens": 1},
    {"input_tokens": "10", "output_tokens": 1},
    {"input_tokens": float("nan"), "output_tokens": 1},
    {},
])  # fmt: skip
def test_counts_that_can_be_none_are_unpriced(tuppence: Terminal, tmp_path: Path, usage: dict[str, Any]) -> None:
    (line,) = priced(tuppence, tmp_path, call(**usage))
    assert line["unpriced"]
    assert "total_price" not in line


@pytest.mark.parametrize("count", ["1e-999999999", "1e999999999", "1e99999999999999999999", "0." + "1" * 99, "NaN"])
def test_a_number_without_end_ends_nothing(tuppence: Terminal, tmp_path: Path, count: str) -> None:
    vast = json.dumps(call(input_tokens=77, output_tokens=1)).replace("77", count)
    unread, read = priced(tuppence, tmp_path, vast, call(input_tokens=77, output_tokens=1))
    assert unread["unpriced"]
    assert read["total_price"]


@pytest.mark.parametrize("modality", [5, True, [5], {"a": 1}, None])
def test_a_part_of_no_known_shape_stops_nothing(tuppence: Terminal, tmp_path: Path, modality: object) -> None:
    usage = {"promptTokenCount": 5, "candidatesTokenCount": 1,
             "promptTokensDetails": [{"modality": modality, "tokenCount": 5}]}  # fmt: skip
    odd = call("gemini-2.5-flash", "google") | {"body": {"usageMetadata": usage}}
    (line,) = priced(tuppence, tmp_path, odd)
    assert line.get("unpriced") == ("the usage in the answer has another shape" if modality else None)


def test_one_line_that_is_no_call_hides_none_below_it(tuppence: Terminal, tmp_path: Path) -> None:
    said = priced(tuppence, tmp_path, call(input_tokens=1, output_tokens=1), "[", call(input_tokens=1, output_tokens=1))
    assert ["unpriced" in line for line in said] == [False, True, False]


def test_more_cached_than_there_was_is_a_contradiction_not_a_sum(tuppence: Terminal, tmp_path: Path) -> None:
    usage = {"prompt_tokens": 100, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 600}}
    (line,) = priced(tuppence, tmp_path, call("gpt-4o", "openai", **usage) | {"api_flavor": "chat"})
    assert "cannot exceed" in line["unpriced"]


def test_who_and_what_is_not_known_is_named(tuppence: Terminal, tmp_path: Path) -> None:
    usage = {"input_tokens": 10, "output_tokens": 1}
    said = priced(tuppence, tmp_path, call(provider="acme", **usage), call("acme-1", **usage),
                  call(**usage) | {"api_flavor": "x"}, call(**usage, service_tier="priority"),
                  call(**usage) | {"body": 3}, "{broken", "3", call(**usage) | {"at": "yesterday"})  # fmt: skip
    assert [line["unpriced"].removesuffix(" in JSON").split(":")[0] for line in said] == [
        "the provider “acme” is not in the price list",
        "the model “acme-1” is not in the price list of anthropic",
        "Unknown api_flavor 'x', allowed values",
        "it was billed at the tier or place “priority”, and only standard prices are applied",
        *["this is no call"] * 4,
    ]  # fmt: skip


def test_a_price_that_changed_is_the_one_of_the_time_and_none_where_the_time_is_unknown(
    tuppence: Terminal, tmp_path: Path
) -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 0}
    before, after, unknown = priced(tuppence, tmp_path, *(
        call("mistral-small-latest", "mistral", at, **usage) | {"api_flavor": "default"}
        for at in ("2026-03-15T23:59:59Z", "2026-03-16T01:00:00+01:00", None)
    ))  # fmt: skip
    assert (before["total_price"], after["total_price"]) == ("0.0001", "0.00015")
    assert "2026-03-16" in unknown["unpriced"]


def test_a_step_of_the_list_is_taken_when_the_time_is_known(tuppence: Terminal, tmp_path: Path) -> None:
    usage = {"input_tokens": 200_000, "output_tokens": 0}
    below, above, unknown = priced(tuppence, tmp_path, call(**usage), *(
        call(at=at, **usage | {"input_tokens": 200_001}) for at in ("2025-10-01T00:00:00Z", None)))  # fmt: skip
    assert (below["total_price"], above["total_price"]) == ("0.6", "1.200006")
    assert "passes a step" in unknown["unpriced"]


def test_a_contract_comes_first_and_reads_the_cache_at_its_own_price(tuppence: Terminal, tmp_path: Path) -> None:
    tuppence.configured(f"prices: {{{CLAUDE}: {{uncached_input: 2, cache_read: 0.2, output: 10}}}}")
    read, wrote = priced(tuppence, tmp_path,
                         call(input_tokens=100, cache_read_input_tokens=900, output_tokens=10),
                         call(input_tokens=1, cache_creation_input_tokens=1, output_tokens=0))  # fmt: skip
    assert (read["input_price"], read["output_price"], read["price_list"]) == ("0.00038", "0.0001", "contract")
    assert wrote["unpriced"] == "the contract names no price for cache_write"


def test_a_contract_with_dates_and_steps_needs_the_time_of_the_call(tuppence: Terminal, tmp_path: Path) -> None:
    tuppence.configured(f"""prices:
  {CLAUDE}:
    - {{until: 2026-06-30, uncached_input: 2, output: 10}}
    - {{until: 2026-06-30, above: 1000, uncached_input: 4, output: 20}}
""")
    used = {"input_tokens": 999, "output_tokens": 1}
    last, large, after, unknown = priced(tuppence, tmp_path, call(at="2026-06-30T23:59:59Z", **used), call(
        at="2026-06-30T00:00:00Z", **used | {"input_tokens": 1000}), call(at="2026-07-01T00:00:00Z", **used), call(
        **used))  # fmt: skip
    assert (last["total_price"], large["total_price"]) == ("0.002008", "0.00402")
    assert (last["price_list"], after["price_list"]) == ("contract", "genai-prices")
    assert unknown["unpriced"] == f"the price agreed for {CLAUDE} has dates; say when the call was made (at)"


def test_a_file_that_is_none_is_refused_as_a_whole(tuppence: Terminal, tmp_path: Path) -> None:
    cut, text, array = tmp_path / "cut.jsonl.gz", tmp_path / "text.gz", tmp_path / "array.json"
    cut.write_bytes(gzip.compress(json.dumps(call(input_tokens=1, output_tokens=1)).encode() * 999)[:-20])
    text.write_text("no gzip")
    array.write_text("[" + json.dumps(call(input_tokens=1, output_tokens=1)) + ",")
    said = [tuppence("price", file) for file in (cut, text, array, tmp_path / "none")]
    assert [each.code for each in said] == [2] * 4
    assert [each.error for each in said] == [
        "cut.jsonl.gz is cut off or damaged.",
        "text.gz cannot be read: it is no gzip file.",
        "array.json is cut off: its array does not end.",
        "none cannot be read: No such file or directory.",
    ]


def test_a_part_of_a_token_is_no_token(tuppence: Terminal, tmp_path: Path) -> None:
    [said] = priced(tuppence, tmp_path, call(input_tokens=5.5, output_tokens=1))
    assert said["unpriced"] == "input_tokens is no whole number of tokens"

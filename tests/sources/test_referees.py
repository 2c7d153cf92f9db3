"""The vendors' own clients as referees: they ask as we do, and read the same money and tokens from the answers."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from finops.period import midnight
from finops.question import Dimension, Measure
from finops.stamp import LedgerName
from tests.answering import Answering, Asked
from tests.sources.conftest import KEY, Reading, Recording, recordings
from tests.sources.summing import sums
from tests.storage.facts.conftest import House

RECORDED = {each.name: each for each in recordings()}
ANALYTICS, OPENAI = RECORDED["anthropic-analytics"], RECORDED["openai-organization"]
BILLED, METERED = LedgerName.BILLED, LedgerName.METERED
CUT: list[Any] = ["workspace_id", "api_key_id", "model", "service_tier", "context_window"]


@pytest.fixture
def ours(server: Answering, house: House, tmp_path: Path) -> Callable[[Recording], list[Asked]]:
    """Reads a recording into the house, and says what was asked for it."""

    def read(recording: Recording) -> list[Asked]:
        for batch in Reading(recording, server, tmp_path / "pages").batches():
            house.publish(batch)
        asked = server.asked[:]
        server.asked.clear()
        return asked

    return read


def said(asked: list[Asked], *headers: str) -> list[object]:
    """Where, with which query and which of the *headers*, in any order."""
    return sorted((each.path, sorted(each.query.items()), _of(each.headers, headers)) for each in asked)


def _of(headers: Mapping[str, str], names: tuple[str, ...]) -> list[str]:
    lower = {name.lower(): value for name, value in headers.items()}
    return [lower[name] for name in names]


@pytest.fixture
def anthropics(server: Answering) -> Iterator[Any]:
    """Anthropic's client."""
    with anthropic.Anthropic(api_key=KEY, base_url=server.address, max_retries=0) as client:
        yield client.beta.organization.analytics


@pytest.fixture
def openais(server: Answering) -> Iterator[Any]:
    """OpenAI's client."""
    with openai.OpenAI(admin_api_key=KEY, api_key="none", base_url=server.address, max_retries=0) as client:
        yield client.admin.organization.usage


def tokens(house: House, recording: Recording) -> dict[str, int]:
    counted = sums(house, recording.period, Measure.TOKENS, Dimension.TOKEN_CLASS, ledger=METERED)
    return {kind: int(count) for kind, count in counted.items() if count != "0"}


def test_anthropics_client_reads_the_same_bill(
    ours: Callable[[Recording], list[Asked]], server: Answering, house: House, anthropics: Any
) -> None:
    ours(ANALYTICS)
    lines = list(anthropics.cost.list(**_days(), group_by=[*CUT, "cost_type", "token_type"]))
    theirs = {
        "total": sum((Decimal(each.cost.amount) for each in lines), Decimal(0)) / 100,
        "listed": sum((Decimal(each.cost.list_amount) for each in lines), Decimal(0)) / 100,
    }
    assert {each.cost.currency for each in lines} == {"USD"}
    assert Decimal(sums(house, ANALYTICS.period, Measure.COST, ledger=BILLED)["total"]) == theirs["total"]
    assert Decimal(sums(house, ANALYTICS.period, Measure.LIST_COST, ledger=BILLED)["total"]) == theirs["listed"]


def test_anthropics_client_counts_the_same_tokens(
    ours: Callable[[Recording], list[Asked]], server: Answering, house: House, anthropics: Any
) -> None:
    ours(ANALYTICS)
    used = [each.usage for each in anthropics.usage.list(**_days(), group_by=CUT)]
    assert tokens(house, ANALYTICS) == {
        "uncached_input": sum(each.uncached_input_tokens for each in used),
        "cache_read": sum(each.cache_read_input_tokens for each in used),
        "cache_write": sum(each.cache_creation.ephemeral_5m_input_tokens for each in used),
        "cache_write_1h": sum(each.cache_creation.ephemeral_1h_input_tokens for each in used),
        "output": sum(each.output_tokens for each in used),
    }
    assert sum(tokens(house, ANALYTICS).values()) == sum(each.total_tokens for each in used)


def test_anthropics_client_asks_as_we_do(
    ours: Callable[[Recording], list[Asked]], server: Answering, anthropics: Any
) -> None:
    asked = ours(ANALYTICS)
    list(anthropics.usage.list(**_days(), group_by=CUT))
    list(anthropics.cost.list(**_days(), group_by=[*CUT, "cost_type", "token_type"]))
    version = ("anthropic-version", "anthropic-beta")
    assert said(asked, *version) == said(server.asked, *version)


def test_openais_client_reads_the_same_bill(
    ours: Callable[[Recording], list[Asked]], server: Answering, house: House, openais: Any
) -> None:
    ours(OPENAI)
    amounts = [each.amount for each in _read(openais.costs, ["project_id", "line_item", "api_key_id"])]
    theirs = sum((Decimal(repr(each.value)) for each in amounts), Decimal(0))
    assert Decimal(sums(house, OPENAI.period, Measure.COST, ledger=BILLED)["total"]) == theirs


def test_openais_client_counts_the_same_tokens_and_calls(
    ours: Callable[[Recording], list[Asked]], server: Answering, house: House, openais: Any
) -> None:
    ours(OPENAI)
    used = [each for kind, cut in USAGE.items() for each in _read(getattr(openais, kind), cut)]
    counted = tokens(house, OPENAI)
    assert sum(counted.values()) == sum(
        getattr(each, "input_tokens", 0) + getattr(each, "output_tokens", 0) for each in used
    )
    assert counted["cache_read"] == sum(getattr(each, "input_cached_tokens", 0) for each in used)
    assert counted["output"] == sum(getattr(each, "output_tokens", 0) for each in used)
    calls = sums(house, OPENAI.period, Measure.REQUESTS, ledger=METERED)
    assert int(calls["total"]) == sum(_calls(each) for each in used)


def test_openais_client_asks_as_we_do(
    ours: Callable[[Recording], list[Asked]], server: Answering, openais: Any
) -> None:
    asked = ours(OPENAI)
    for kind, cut in ({"costs": ["project_id", "line_item", "api_key_id"]} | USAGE).items():
        list(_read(getattr(openais, kind), cut))
    assert said(asked, "authorization") == said(server.asked, "authorization")


USAGE = {
    "completions": ["project_id", "api_key_id", "model"],
    "embeddings": ["project_id", "api_key_id", "model"],
}


def _calls(used: Any) -> int:
    return int(used.num_model_requests)


def _days() -> dict[str, Any]:
    start, end = (f"{day}T00:00:00Z" for day in (ANALYTICS.period.start, ANALYTICS.period.end))
    return {"starting_at": start, "ending_at": end, "time_bucket_width": "1d", "limit": 1000, "order_by": "time"}


def _read(ask: Callable[..., Any], cut: list[str]) -> Iterator[Any]:
    """What is in all the days of all the pages."""
    start, end = (int(midnight(day).timestamp()) for day in (OPENAI.period.start, OPENAI.period.end))
    more: dict[str, str] = {}
    while True:
        page = ask(start_time=start, end_time=end, bucket_width="1d", limit=31, group_by=cut, **more)
        yield from (result for bucket in page.data for result in bucket.results)
        if not page.has_more:
            return
        more = {"page": page.next_page}

"""The vendors' own clients as referees: they ask as we do, and read the same money and tokens from the answers."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from finops.period import midnight
from finops.question import Dimension, Measure
from finops.stamp import LedgerName
from tests.answering import Answering, Asked
from tests.sources.conftest import KEY, Reading, Recording, recordings
from tests.sources.summing import sums
from tests.storage.facts.conftest import House

RECORDED = {each.name: each for each in recordings()}
ANALYTICS = RECORDED["anthropic-analytics"]
OPENAI = [RECORDED["openai-organization"], RECORDED["openai-tools"]]
DAYS = OPENAI[0].period
both = pytest.mark.parametrize("recording", OPENAI, ids=["models", "tools"])
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
    """Anthropic's client, loaded where it is used: it is large, and every worker reads every test."""
    with import_module("anthropic").Anthropic(api_key=KEY, base_url=server.address, max_retries=0) as client:
        yield client.beta.organization.analytics


@pytest.fixture
def openais(server: Answering) -> Iterator[Any]:
    """OpenAI's client, loaded where it is used, too."""
    with import_module("openai").OpenAI(
        admin_api_key=KEY, api_key="none", base_url=server.address, max_retries=0
    ) as client:
        yield client.admin.organization


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


@both
def test_openais_client_reads_the_same_bill(
    recording: Recording, ours: Callable[[Recording], list[Asked]], house: House, openais: Any
) -> None:
    ours(recording)
    amounts = [each.amount for each in _read(openais.usage.costs, BILL)]
    theirs = sum((Decimal(repr(each.value)) for each in amounts), Decimal(0))
    assert Decimal(sums(house, DAYS, Measure.COST, ledger=BILLED)["total"]) == theirs


@both
def test_openais_client_counts_the_same_tokens_and_calls(
    recording: Recording, ours: Callable[[Recording], list[Asked]], house: House, openais: Any
) -> None:
    ours(recording)
    used = [each for kind, cut in USAGE.items() for each in _read(getattr(openais.usage, kind), cut)]
    counted, priced = tokens(house, recording), [each for each in used if each.object != FREE]
    output = sum(getattr(each, "output_tokens", 0) for each in priced)
    assert sum(counted.values()) == sum(getattr(each, "input_tokens", 0) for each in priced) + output
    assert counted.get("output", 0) == output
    assert counted.get("cache_read", 0) == sum(getattr(each, "input_cached_tokens", 0) for each in priced)
    calls = sums(house, DAYS, Measure.REQUESTS, ledger=METERED)
    assert int(calls["total"]) == sum(map(_calls, used))


@both
def test_openais_client_asks_as_we_do(
    recording: Recording, ours: Callable[[Recording], list[Asked]], server: Answering, openais: Any
) -> None:
    asked = ours(recording)
    for kind, cut in ({"costs": BILL} | USAGE).items():
        list(_read(getattr(openais.usage, kind), cut))
    for project in openais.projects.list(include_archived=True, limit=100):
        list(openais.projects.api_keys.list(project.id, limit=100))
    assert said(asked, "authorization") == said(server.asked, "authorization")


_BY_MODEL = ["project_id", "api_key_id", "model"]
BILL = ["project_id", "line_item", "api_key_id"]
USAGE = {
    "completions": [*_BY_MODEL, "batch", "service_tier"],
    "embeddings": _BY_MODEL,
    "moderations": _BY_MODEL,
    "images": _BY_MODEL,
    "audio_speeches": _BY_MODEL,
    "audio_transcriptions": _BY_MODEL,
    "code_interpreter_sessions": ["project_id"],
    "file_search_calls": ["project_id", "api_key_id"],
    "web_search_calls": ["project_id", "api_key_id"],
}
FREE = "organization.usage.moderations.result"
COUNTS = {
    "organization.usage.code_interpreter_sessions.result": "num_sessions",
    "organization.usage.file_searches.result": "num_requests",
    "organization.usage.web_searches.result": "num_requests",
}


def _calls(used: Any) -> int:
    return int(getattr(used, COUNTS.get(used.object, "num_model_requests")))


def _days() -> dict[str, Any]:
    start, end = (f"{day}T00:00:00Z" for day in (ANALYTICS.period.start, ANALYTICS.period.end))
    return {"starting_at": start, "ending_at": end, "time_bucket_width": "1d", "limit": 1000, "order_by": "time"}


def _read(ask: Callable[..., Any], cut: list[str]) -> Iterator[Any]:
    """What is in all the days of all the pages."""
    start, end = (int(midnight(day).timestamp()) for day in (DAYS.start, DAYS.end))
    more: dict[str, str] = {}
    while True:
        page = ask(start_time=start, end_time=end, bucket_width="1d", limit=31, group_by=cut, **more)
        yield from (result for bucket in page.data for result in bucket.results)
        if not page.has_more:
            return
        more = {"page": page.next_page}

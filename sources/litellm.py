"""A LiteLLM gateway: its spend log, one AI request a row, or its daily activity by team where no log is kept."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, Literal

from finops.batch import Batch, Column, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period
from finops.stamp import LedgerName
from sources._base import ApiSource, written
from sources._litellm_log import COLUMNS
from web.client import Web
from web.pages import by_number

_KEPT = ("request_id", "startTime", "custom_llm_provider", "model", "prompt_tokens", "completion_tokens", "team_id",
         "api_key", "status", "spend", "cache_hit", "request_tags")  # fmt: skip
_DAILY = {name: Column((name,), mandatory=name in ("request_id", "started_at", "model")) for name in (
    "request_id", "started_at", "model", "team", "input_tokens", "output_tokens", "cached_tokens",
    "cache_write_tokens", "spend", "requests")}  # fmt: skip


class LiteLLM(ApiSource):
    """LiteLLM proxy. *key* is the master key or an admin's; *read* is `log` or `daily`."""

    provider: ClassVar[str] = "LiteLLM"
    settles_after: ClassVar[int] = 1
    read: Literal["log", "daily"] = "log"
    page_size: int = 1000

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """One batch of AI requests for each day of *period*."""
        rows, columns = (self._log, COLUMNS) if self.read == "log" else (self._daily, _DAILY)
        for number in range(period.days):
            day = period.start + timedelta(days=number)
            file = written(rows(web, Period(day, day + timedelta(days=1))), into / f"litellm-{self.read}-{day}.jsonl")
            yield Batch("litellm", Dataset.REQUESTS, Format.JSONL, (file,), columns, ledger=LedgerName.METERED,
                        covers=Period(day, day + timedelta(days=1)))  # fmt: skip

    def _log(self, web: Web, day: Period) -> Iterator[dict[str, Any]]:
        asked = {"start_date": f"{day.start} 00:00:00", "end_date": f"{day.end} 00:00:00", "page_size": self.page_size}
        for page in by_number(web, "spend/logs/v2", asked):
            for row in _list(web, page, "data"):
                if str(row.get("startTime", "")).startswith(str(day.start)):
                    yield _without_content(row)

    def _daily(self, web: Web, day: Period) -> Iterator[dict[str, Any]]:
        teams = web.read("team/list")
        if not isinstance(teams, list):
            raise SourceChanged("LiteLLM answered its team list in another shape.")
        return chain.from_iterable(self._team(web, str(team["team_id"]), day) for team in teams)

    def _team(self, web: Web, team: str, day: Period) -> Iterator[dict[str, Any]]:
        asked = {"team_ids": team, "start_date": day.start, "end_date": day.start, "page_size": self.page_size}
        for page in by_number(web, "team/daily/activity", asked):
            for result in _list(web, page, "results"):
                for model, used in result.get("breakdown", {}).get("models", {}).items():
                    yield _activity(str(result["date"]), team, model, used["metrics"])


def _list(web: Web, page: Mapping[str, Any], name: str) -> list[Any]:
    rows = page.get(name)
    if not isinstance(rows, list):
        raise SourceChanged(f"{web.name} answered without {name}.")
    return rows


def _without_content(row: Mapping[str, Any]) -> dict[str, Any]:
    metadata = row.get("metadata") or {}
    said = {name: metadata[name] for name in ("usage_object", "user_api_key_alias") if name in metadata}
    return {name: row.get(name) for name in _KEPT} | {"metadata": said}


def _activity(day: str, team: str, model: str, metrics: Mapping[str, Any]) -> dict[str, Any]:
    return {"request_id": f"{day}/{team}/{model}", "started_at": f"{day}T00:00:00Z", "model": model, "team": team,
            "input_tokens": metrics["prompt_tokens"], "output_tokens": metrics["completion_tokens"],
            "cached_tokens": metrics.get("cache_read_input_tokens", 0), "spend": metrics["spend"],
            "cache_write_tokens": metrics.get("cache_creation_input_tokens", 0),
            "requests": metrics["api_requests"]}  # fmt: skip

"""A LiteLLM gateway: its spend log, one AI request a row, or its daily activity by team where no log is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field

from finops.batch import GATEWAY, Batch, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period
from finops.stamp import LedgerName
from sources._base import ApiSource, alike, shaped, written
from sources._litellm_log import COLUMNS
from web.client import Web
from web.pages import Row, by_number

_DAILY = alike(("request_id", "started_at", "model"), (
    "provider", "team", "input_tokens", "output_tokens", "cached_tokens", "cache_write_tokens", "spend",
    "requests"))  # fmt: skip


class LiteLLM(ApiSource):
    """LiteLLM proxy. *key* is the master key, or a virtual key of a proxy admin (the proxy's admin page, Virtual Keys,
    Create New Key, owned by a user whose role is Admin or Admin Viewer); others see only what is their own. *base_url*
    is the proxy; *read* is `log` (each AI request) or `daily` (sums by team and model, where the gateway keeps no
    log); *page_size* rows are asked for at a time. Delay: it writes its log once a minute or so. Limits: what its
    database keeps (`maximum_spend_logs_retention_period`); where `disable_spend_logs` is set there is only `daily`."""

    name: ClassVar[str] = "LiteLLM"
    settles_after: ClassVar[int] = 1
    read: Literal["log", "daily"] = "log"
    page_size: int = Field(default=1000, gt=0, le=1000)

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """One batch of AI requests for each day of *period*."""
        teams = _teams(web) if self.read == "daily" else ()
        columns = COLUMNS if self.read == "log" else _DAILY
        for start in period:
            day = Period(start, start + timedelta(days=1))
            rows = self._log(web, day) if self.read == "log" else self._daily(web, teams, day)
            file = written(rows, into / f"litellm-{self.read}-{start}.jsonl.gz")
            yield Batch("litellm", Dataset.REQUESTS, Format.JSONL, (file,), columns, ("provider",), covers=day,
                        ledger=LedgerName.METERED, per_call=self.read == "log", authority=GATEWAY)  # fmt: skip

    def _log(self, web: Web, day: Period) -> Iterator[dict[str, Any]]:
        asked = {"start_date": f"{day.start} 00:00:00", "end_date": f"{day.end} 00:00:00", "page_size": self.page_size}
        for row in by_number(web, "spend/logs/v2", asked):
            call = shaped(_Call, web, row)
            if call.day in day:
                yield call.model_dump(by_alias=True)

    def _daily(self, web: Web, teams: tuple[str, ...], day: Period) -> Iterator[dict[str, Any]]:
        for team in teams:
            asked = {"team_ids": team, "start_date": day.start, "end_date": day.start, "page_size": self.page_size}
            for number, row in enumerate(by_number(web, "team/daily/activity", asked, holds="results")):
                yield from shaped(_Day, web, row).requests(f"{team}/{number}", team)


class _Written(BaseModel):
    ephemeral_1h_input_tokens: int | None = None


class _Details(BaseModel):
    cached_tokens: int | None = None
    cache_creation_token_details: _Written | None = None
    reasoning_tokens: int | None = None
    audio_tokens: int | None = None
    image_tokens: int | None = None


class _UsageObject(BaseModel):
    prompt_tokens_details: _Details | None = None
    completion_tokens_details: _Details | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    service_tier: str | None = None


class _Said(BaseModel):
    """What we keep of a call's metadata; texts of prompts and answers can lie there too."""

    usage_object: _UsageObject | None = None
    user_api_key_alias: str | None = None


class _Call(BaseModel):
    """What we keep of a row of the spend log, under the gateway's own names."""

    request_id: str
    started: datetime = Field(alias="startTime")
    model: str
    prompt_tokens: int
    completion_tokens: int
    spend: Decimal | None = None
    custom_llm_provider: str | None = None
    team_id: str | None = None
    api_key: str | None = None
    status: str | None = None
    cache_hit: str | None = None
    request_tags: list[str] | None = None
    metadata: _Said | None = None

    @property
    def day(self) -> date:
        """The day (UTC) it began on; a time that names no zone is UTC."""
        return (self.started if self.started.tzinfo is None else self.started.astimezone(UTC)).date()


class _Used(BaseModel):
    spend: Decimal
    prompt_tokens: int
    completion_tokens: int
    api_requests: int
    cache_read_input_tokens: int = 0
    cache_creation_input_tokens: int = 0


class _Model(BaseModel):
    metrics: _Used


class _Breakdown(BaseModel):
    models: dict[str, _Model]


class _Day(BaseModel):
    date: str
    breakdown: _Breakdown

    def requests(self, part: str, team: str) -> Iterator[dict[str, Any]]:
        """The AI requests of *team* in a day, one row a model; *part* of them, for a day may go over several pages."""
        for model, held in self.breakdown.models.items():
            used, provider = held.metrics, model.partition("/")[0] if "/" in model else ""
            yield {"request_id": f"{self.date}/{part}/{model}", "started_at": f"{self.date}T00:00:00Z",
                   "provider": provider, "model": model, "team": team, "input_tokens": used.prompt_tokens,
                   "output_tokens": used.completion_tokens, "cached_tokens": used.cache_read_input_tokens,
                   "cache_write_tokens": used.cache_creation_input_tokens, "spend": used.spend,
                   "requests": used.api_requests}  # fmt: skip


class _Team(BaseModel):
    team_id: str


def _teams(web: Web) -> tuple[str, ...]:
    listed: list[Row] = web.read("team/list")
    if not isinstance(listed, list):
        raise SourceChanged(f"{web.name} answered its list of teams in another shape.")
    return tuple(shaped(_Team, web, team).team_id for team in listed)

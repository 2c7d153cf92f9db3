"""A LiteLLM gateway: its spend log, one AI request a row, or its daily activity by team where no log is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, Field

from finops.batch import GATEWAY, Batch, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period
from finops.stamp import LedgerName
from sources._base import ApiSource, alike, written
from sources._fields import Count, Day, Id, Moment, Spend, Text, parsed
from sources._litellm_log import COLUMNS
from sources._row_check import RowCheck
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
        listed = _teams(web) if self.read == "daily" else []
        columns = COLUMNS if self.read == "log" else _DAILY
        for start in period:
            day = Period(start, start + timedelta(days=1))
            check = RowCheck(web, into / f"litellm-{self.read}-{start}.jsonl.gz")
            rows = self._log(web, day, check) if self.read == "log" else self._daily(web, listed, day, check)
            file = written(rows, check.file)
            yield Batch("litellm", Dataset.REQUESTS, Format.JSONL, (file,), columns, ("provider",), covers=day,
                        ledger=LedgerName.METERED, per_call=self.read == "log", authority=GATEWAY,
                        rejected=check.rejected)  # fmt: skip

    def _log(self, web: Web, day: Period, check: RowCheck) -> Iterator[dict[str, Any]]:
        asked = {"start_date": f"{day.start} 00:00:00", "end_date": f"{day.end} 00:00:00", "page_size": self.page_size}
        for number, call in check.numbered(_Call, by_number(web, "spend/logs/v2", asked)):
            if check.asked(call.started.date(), day, number, "startTime"):
                yield call.model_dump(by_alias=True)

    def _daily(self, web: Web, listed: list[Row], day: Period, check: RowCheck) -> Iterator[dict[str, Any]]:
        for team in [each.team_id for each in check.fitting(_Team, listed, "teams")]:
            asked = {"team_ids": team, "start_date": day.start, "end_date": day.start, "page_size": self.page_size}
            pages = by_number(web, "team/daily/activity", asked, holds="results")
            days = ((number, told) for number, told in check.numbered(_Day, pages)
                    if check.asked(told.date, day, number, "date"))  # fmt: skip
            for part, (number, told) in enumerate(days):
                yield from told.requests(f"{team}/{part}", team, number, check)


class _Written(BaseModel):
    ephemeral_1h_input_tokens: Count | None = None


class _Details(BaseModel):
    cached_tokens: Count | None = None
    cache_creation_token_details: _Written | None = None
    reasoning_tokens: Count | None = None
    audio_tokens: Count | None = None
    image_tokens: Count | None = None


class _UsageObject(BaseModel):
    prompt_tokens_details: _Details | None = None
    completion_tokens_details: _Details | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    service_tier: Text | None = None


class _Said(BaseModel):
    """What we keep of a call's metadata; texts of prompts and answers can lie there too."""

    usage_object: _UsageObject | None = None
    user_api_key_alias: Text | None = None


def _word(value: object) -> object:
    return str(value) if isinstance(value, bool) else value


class _Call(BaseModel):
    """What we keep of a row of the spend log, under the gateway's own names. Some versions write what is an object or
    a list as a text."""

    request_id: Id
    started: Moment = Field(alias="startTime")
    model: Text
    prompt_tokens: Count
    completion_tokens: Count
    spend: Spend | None = None
    custom_llm_provider: Text | None = None
    team_id: Text | None = None
    api_key: Text | None = None
    status: Text | None = None
    cache_hit: Annotated[Text | None, BeforeValidator(_word)] = None
    request_tags: Annotated[list[Text] | dict[str, Text] | None, BeforeValidator(parsed)] = None
    metadata: Annotated[_Said | None, BeforeValidator(parsed)] = None


class _Used(BaseModel):
    spend: Spend
    prompt_tokens: Count
    completion_tokens: Count
    api_requests: Count
    cache_read_input_tokens: Count = 0
    cache_creation_input_tokens: Count = 0


class _Model(BaseModel):
    name: Id
    metrics: _Used


class _Breakdown(BaseModel):
    models: dict[str, Any]


class _Day(BaseModel):
    date: Day
    breakdown: _Breakdown

    def requests(self, part: str, team: str, number: int, check: RowCheck) -> Iterator[dict[str, Any]]:
        """The AI requests of *team* in a day, one row a model; *part* of them, for a day may go over several pages. A
        model whose figures do not fit is rejected, under the *number* of the page's row."""
        for name, held in self.breakdown.models.items():
            told = check.fit(_Model, {**held, "name": name} if isinstance(held, dict) else held, number, "models")
            if told is not None:
                yield self._request(told, part, team)

    def _request(self, told: _Model, part: str, team: str) -> dict[str, Any]:
        model, used = told.name, told.metrics
        return {"request_id": f"{self.date}/{part}/{model}", "started_at": f"{self.date}T00:00:00Z",
                "provider": model.partition("/")[0] if "/" in model else "", "model": model, "team": team,
                "input_tokens": used.prompt_tokens, "output_tokens": used.completion_tokens,
                "cached_tokens": used.cache_read_input_tokens, "cache_write_tokens": used.cache_creation_input_tokens,
                "spend": used.spend, "requests": used.api_requests}  # fmt: skip


class _Team(BaseModel):
    team_id: Id


def _teams(web: Web) -> list[Row]:
    listed = web.read("team/list")
    if not isinstance(listed, list):
        raise SourceChanged(f"{web.name} answered its list of teams in another shape.")
    return listed

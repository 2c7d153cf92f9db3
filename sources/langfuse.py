"""Langfuse: its observations that are AI requests, and its scores, which are outcomes; neither prompts nor answers."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, Field

from finops.batch import Batch, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period
from finops.stamp import LedgerName
from sources._base import ApiSource, shaped, written
from sources._logs import GENERATIONS, LANGFUSE, SCORED
from sources._pushed import OUTCOMES
from web.access import Address
from web.client import Web
from web.pages import Row, rows
from web.tokens import by_token

_FIELDS = "core,basic,model,usage,metadata"
_OBSERVATIONS, _SCORES = 1000, 100


class Langfuse(ApiSource):
    """Langfuse: AI requests (generations and embeddings, with the cost that Langfuse worked out) and outcomes (scores,
    by observation, or by session or trace; comments and scores that are texts are never asked for). *public_key*
    (`pk-lf-…`) and *key* (the secret one, `sk-lf-…`): in Langfuse, Project settings, API keys, Create new API keys;
    they are of one project and read all of it. *base_url* is the region's (`https://us.cloud.langfuse.com`) or your own
    server's: version 4, whose API this is (v2 observations, v3 scores). Provider, team and app are taken from the
    metadata `provider`, `team` and `app`, the provider else from the model. Delay: up to 15 minutes; scores and costs
    may come later. Limits: those of your plan; what Langfuse has deleted is not there. Tested on recorded answers only,
    never against Langfuse itself."""

    name: ClassVar[str] = "Langfuse"
    base_url: Address = "https://cloud.langfuse.com"
    public_key: str = Field(pattern=r"^[!-9;-~]+$")

    @property
    def headers(self) -> Mapping[str, str]:
        """Both keys, as HTTP's Basic authentication."""
        pair = f"{self.public_key}:{self.key.get_secret_value()}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """For each day of *period* its AI requests, then its outcomes."""
        for start in period:
            day = Period(start, start + timedelta(days=1))
            file = written(_requests(web, day), into / f"langfuse-observations-{start}.jsonl.gz")
            yield Batch("langfuse", Dataset.REQUESTS, Format.JSONL, (file,), LANGFUSE, ("provider",), covers=day,
                        ledger=LedgerName.METERED, per_call=True)  # fmt: skip
            file = written(_outcomes(web, day), into / f"langfuse-scores-{start}.jsonl.gz")
            yield Batch("langfuse", Dataset.OUTCOMES, Format.JSONL, (file,), OUTCOMES, covers=day)


def _word(value: object) -> object:
    return value[:200] if isinstance(value, str) else None


def _words(value: object) -> object:
    return value if isinstance(value, dict) else None


_Word = Annotated[str | None, BeforeValidator(_word), Field(default=None)]


class _Said(BaseModel):
    """What we keep of the metadata; people may write anything there, and texts of these names are kept, cut short."""

    provider: _Word
    ls_provider: _Word
    custom_llm_provider: _Word
    team: _Word
    user_api_key_team_id: _Word
    app: _Word
    user_api_key_alias: _Word


class _Used(BaseModel):
    input: int
    output: int = 0
    input_cached_tokens: int | None = None
    input_cache_read: int | None = None
    cache_read_input_tokens: int | None = None
    input_cache_creation: int | None = None
    input_cache_write: int | None = None
    cache_creation_input_tokens: int | None = None
    output_reasoning_tokens: int | None = None
    output_reasoning: int | None = None


class _Observation(BaseModel):
    """What we keep of an observation, under Langfuse's own names."""

    id: str
    type: str
    started: datetime = Field(alias="startTime")
    model: str | None = Field(alias="providedModelName")
    used: _Used = Field(alias="usageDetails")
    cost: Decimal | None = Field(default=None, alias="totalCost")
    level: str | None = None
    tags: list[str] | None = None
    metadata: Annotated[_Said | None, BeforeValidator(_words)] = None


class _Subject(BaseModel):
    kind: Literal["observation", "trace", "session", "experiment"]
    id: str
    trace: str | None = Field(default=None, alias="traceId")


class _Score(BaseModel):
    at: datetime = Field(alias="timestamp")
    name: str
    type: str = Field(alias="dataType")
    value: bool | Decimal | str
    subject: _Subject

    @property
    def is_outcome(self) -> bool:
        """Whether it holds no text, and is of what somebody really asked for."""
        return self.type.lower() in SCORED and self.subject.kind != "experiment"

    def outcome(self) -> dict[str, Any]:
        """The outcome that it is: of an observation, or of all in a session or trace."""
        of_one = self.subject.kind == "observation"
        value = str(self.value).lower() if isinstance(self.value, bool) else str(self.value)
        return {"told_at": self.at.isoformat(), "type": self.name, "value": value,
                "request_id": self.subject.id if of_one else None,
                "session_id": self.subject.trace if of_one else self.subject.id}  # fmt: skip


def _requests(web: Web, day: Period) -> Iterator[dict[str, Any]]:
    for kind in GENERATIONS:
        asked = {"type": kind.upper(), "fields": _FIELDS, "limit": _OBSERVATIONS,
                 "fromStartTime": f"{day.start}T00:00:00Z", "toStartTime": f"{day.end}T00:00:00Z"}  # fmt: skip
        for row in _listed(web, "api/public/v2/observations", asked):
            call = shaped(_Observation, web, row)
            if _day(call.started) in day:
                yield call.model_dump(by_alias=True)


def _outcomes(web: Web, day: Period) -> Iterator[dict[str, Any]]:
    asked = {"dataType": ",".join(SCORED).upper(), "fields": "subject", "limit": _SCORES,
             "fromTimestamp": f"{day.start}T00:00:00Z", "toTimestamp": f"{day.end}T00:00:00Z"}  # fmt: skip
    for row in _listed(web, "api/public/v3/scores", asked):
        score = shaped(_Score, web, row)
        if score.is_outcome and _day(score.at) in day:
            yield score.outcome()


def _day(at: datetime) -> date:
    """The day (UTC) of *at*; a time that names no zone is UTC."""
    return (at if at.tzinfo is None else at.astimezone(UTC)).date()


def _listed(web: Web, path: str, asked: Mapping[str, Any]) -> Iterator[Row]:
    for page in by_token(web, lambda cursor: web.read(path, {**asked, **({"cursor": cursor} if cursor else {})}),
                         lambda page: _meta(web, page).get("cursor")):  # fmt: skip
        yield from rows(web, page, "data")


def _meta(web: Web, page: Mapping[str, Any]) -> Mapping[str, Any]:
    meta = page.get("meta")
    if not isinstance(meta, dict):
        raise SourceChanged(f"{web.name} does not say where its next page is.")
    return meta

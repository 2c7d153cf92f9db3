"""Langfuse: its observations that are AI requests, and its scores, which are outcomes; neither prompts nor answers."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, Field

from finops.batch import Batch, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period
from finops.stamp import LedgerName
from sources._base import ApiSource, written
from sources._fields import Count, Id, Moment, Spend, Text, exact
from sources._logs import GENERATIONS, LANGFUSE, SCORED
from sources._pushed import OUTCOMES
from sources._row_check import RowCheck, is_of
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
            check = RowCheck(web, into / f"langfuse-observations-{start}.jsonl.gz")
            file = written(_requests(web, day, check), check.file)
            yield Batch("langfuse", Dataset.REQUESTS, Format.JSONL, (file,), LANGFUSE, ("provider",), covers=day,
                        ledger=LedgerName.METERED, per_call=True, rejected=check.rejected)  # fmt: skip
            check = RowCheck(web, into / f"langfuse-scores-{start}.jsonl.gz")
            file = written(_outcomes(web, day, check), check.file)
            yield Batch("langfuse", Dataset.OUTCOMES, Format.JSONL, (file,), OUTCOMES, covers=day,
                        rejected=check.rejected)  # fmt: skip


def _word(value: object) -> object:
    return value[:200].encode("utf-8", "replace").decode() if isinstance(value, str) else None


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
    input: Count
    output: Count = 0
    input_cached_tokens: Count | None = None
    input_cache_read: Count | None = None
    cache_read_input_tokens: Count | None = None
    input_cache_creation: Count | None = None
    input_cache_write: Count | None = None
    cache_creation_input_tokens: Count | None = None
    output_reasoning_tokens: Count | None = None
    output_reasoning: Count | None = None


class _Observation(BaseModel):
    """What we keep of an observation, under Langfuse's own names."""

    id: Id
    type: Text
    started: Moment = Field(alias="startTime")
    model: Text | None = Field(alias="providedModelName")
    used: _Used = Field(alias="usageDetails")
    cost: Spend | None = Field(default=None, alias="totalCost")
    level: Text | None = None
    tags: list[Text] | None = None
    metadata: Annotated[_Said | None, BeforeValidator(_words)] = None


class _Subject(BaseModel):
    kind: Literal["observation", "trace", "session", "experiment"]
    id: Id
    trace: Text | None = Field(default=None, alias="traceId")


def _value(value: object) -> object:
    """A number, yes or no, or the word of a category."""
    return exact(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value


class _Score(BaseModel):
    at: Moment = Field(alias="timestamp")
    name: Id
    type: Text = Field(alias="dataType")
    value: Annotated[bool | Decimal | Text, BeforeValidator(_value)]
    subject: _Subject

    def outcome(self) -> dict[str, Any]:
        """The outcome that it is: of an observation, or of all in a session or trace."""
        of_one = self.subject.kind == "observation"
        value = str(self.value).lower() if isinstance(self.value, bool) else str(self.value)
        return {"told_at": self.at.isoformat(), "type": self.name, "value": value,
                "request_id": self.subject.id if of_one else None,
                "session_id": self.subject.trace if of_one else self.subject.id}  # fmt: skip


def _requests(web: Web, day: Period, check: RowCheck) -> Iterator[dict[str, Any]]:
    for kind in GENERATIONS:
        asked = {"type": kind.upper(), "fields": _FIELDS, "limit": _OBSERVATIONS,
                 "fromStartTime": f"{day.start}T00:00:00Z", "toStartTime": f"{day.end}T00:00:00Z"}  # fmt: skip
        listed = _listed(web, "api/public/v2/observations", asked)
        for number, call in check.numbered(_Observation, listed, kind):
            if check.asked(call.started.date(), day, number, "startTime", kind):
                yield call.model_dump(by_alias=True)


def _outcomes(web: Web, day: Period, check: RowCheck) -> Iterator[dict[str, Any]]:
    asked = {"dataType": ",".join(SCORED).upper(), "fields": "subject", "limit": _SCORES,
             "fromTimestamp": f"{day.start}T00:00:00Z", "toTimestamp": f"{day.end}T00:00:00Z"}  # fmt: skip
    for number, row in enumerate(_listed(web, "api/public/v3/scores", asked), 1):
        score = check.fit(_Score, row, number) if _is_outcome(row) else None
        if score is not None and check.asked(score.at.date(), day, number, "timestamp"):
            yield score.outcome()


def _is_outcome(row: Row) -> bool:
    """Whether a score holds no text, and is of what somebody really asked for."""
    subject = row.get("subject") if isinstance(row, dict) else None
    return (is_of(row, "dataType", lambda said: said.lower() in SCORED)
            and is_of(subject, "kind", lambda said: said != "experiment"))  # fmt: skip


def _listed(web: Web, path: str, asked: Mapping[str, Any]) -> Iterator[Row]:
    for page in by_token(web, lambda cursor: web.read(path, {**asked, **({"cursor": cursor} if cursor else {})}),
                         lambda page: _meta(web, page).get("cursor")):  # fmt: skip
        yield from rows(web, page, "data")


def _meta(web: Web, page: Mapping[str, Any]) -> Mapping[str, Any]:
    meta = page.get("meta")
    if not isinstance(meta, dict):
        raise SourceChanged(f"{web.name} does not say where its next page is.")
    return meta

"""Google Cloud's FOCUS table in BigQuery: its charges, summed by day where they lie, and asked for by REST."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, Field, RootModel, SecretStr

from finops.batch import Batch, Column, Dataset, Format
from finops.errors import SourceAway, SourceChanged, SourceError
from finops.period import Period
from sources._base import OpenSource, shaped, written
from sources._fields import Cell, Currency, Day, Money, Quantity
from sources._row_check import RowCheck
from sources.focus import Focus
from web.access import Address
from web.client import Web
from web.google import ServiceAccount
from web.pages import rows
from web.tokens import by_token

_SCOPE = "https://www.googleapis.com/auth/bigquery"
_PATIENCE, _POLLS, _ROWS = 20_000, 30, 10_000
_LEAST_MIB, _BYTES_IN_MIB, _MIB_IN_TIB = 10, 2**20, 2**20
_SUMMED = ("billed_cost", "effective_cost", "list_cost", "consumed_quantity", "tokens", "token_cost")
_DAYS = ("day_start", "billed_from")


def _account(secret: SecretStr) -> SecretStr:
    if secret.get_secret_value():
        ServiceAccount(secret.get_secret_value(), _SCOPE, lambda: 0.0)
    return secret


class BigQueryFocus(OpenSource):
    """Google Cloud's FOCUS export, asked for by BigQuery's REST API; sums by day and by all that a figure can be cut by
    are made there, so that it is read whole and gives few rows. *table* is `project.dataset.table`: in Billing, Billing
    export, BigQuery export, enable the FOCUS export; Google then makes the data set `gcp_billing_immutable_…` with the
    table `gcp_billing_export_focus_…`. *service_account* is the JSON key of a service account (`file:/path/key.json`):
    in IAM, Service Accounts, Create service account, Keys, Add key, JSON; give it BigQuery Job User on *project* (where
    the question runs and is paid; left out, that of the table) and BigQuery Data Viewer on the data set. Left out, no
    token is sent, for a proxy that adds its own. **BigQuery charges for what each question reads**, so it is asked
    twice a day at most, once before and once after noon (UTC); `/finops sources` says how many questions it was asked
    this month. With *usd_per_tib*, your price for a TiB that is read on demand, the KPI `tool_cost_share` knows what
    they cost: by what each says that it read, 10 MiB at least, nothing where Google had the answer already. Delay:
    hours to more than a day, without a promise; 35 days are read again. Limits: the table holds two years.
    Tested on recorded answers only, never against BigQuery itself."""

    name: ClassVar[str] = "BigQuery"
    settles_after: ClassVar[int] = 35
    charged: ClassVar[bool] = True
    words: ClassVar[Mapping[str, type[SourceError]]] = dict.fromkeys(
        ("rateLimitExceeded", "jobRateLimitExceeded", "quotaExceeded", "backendError", "jobBackendError"), SourceAway
    )
    base_url: Address = "https://bigquery.googleapis.com/bigquery/v2"
    table: str = Field(pattern=r"^[A-Za-z0-9_:.-]+\.[A-Za-z0-9_]+\.[A-Za-z0-9_-]+$")
    project: str = Field(default="", pattern=r"^[A-Za-z0-9_:.-]*$")
    usd_per_tib: Decimal = Field(default=Decimal(0), ge=0, lt=1000)
    service_account: Annotated[SecretStr, AfterValidator(_account)] = SecretStr("")

    def signs(self, clock: Callable[[], float]) -> ServiceAccount | None:
        """The token of the service account, if there is one."""
        key = self.service_account.get_secret_value()
        return ServiceAccount(key, _SCOPE, clock) if key else None

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges of *period*, in one batch."""
        chosen = self._chosen(web)
        check = RowCheck(web, into / "bigquery-focus.jsonl.gz")
        file = written(self._charges(web, chosen, period, check), check.file)
        known = Focus().batch(()).columns
        columns = {name: Column((name,), mandatory=known[name].mandatory) for name in chosen}
        yield Batch("bigquery_focus", Dataset.CHARGES, Format.JSONL, (file,), columns, ("provider", "account"),
                    covers=period, rejected=check.rejected)  # fmt: skip

    def _chosen(self, web: Web) -> dict[str, _Field]:
        """The columns of the table that we read, by our names; SourceChanged if one that must be there is not."""
        project, dataset, table = self.table.rsplit(".", 2)
        found = shaped(_Table, web, web.read(f"projects/{project}/datasets/{dataset}/tables/{table}"))
        there = {field.name.lower(): field for field in found.schema_.fields}
        chosen = {}
        for ours, column in Focus().batch(()).columns.items():
            names = [name.lower() for name in column.names if name.lower() in there]
            if names:
                chosen[ours] = there[names[0]]
            elif column.mandatory:
                raise SourceChanged(f"{web.name}: {table} has no column {column.names[0]}.")
        return chosen

    def _charges(
        self, web: Web, chosen: Mapping[str, _Field], period: Period, check: RowCheck
    ) -> Iterator[dict[str, Any]]:
        path = f"projects/{self.project or self.table.rsplit('.', 2)[0]}/queries"
        asked = {"query": _query(self.table, chosen), "useLegacySql": False, "maxResults": _ROWS,
                 "timeoutMs": _PATIENCE, "parameterMode": "NAMED", "queryParameters": [
                     _parameter("start", str(period.start)), _parameter("end", str(period.end))]}  # fmt: skip
        begun = web.ask(path, asked)
        job = shaped(_Begun, web, begun).job
        read = partial(web.read, f"{path}/{quote(job.id, safe='')}")
        told = {"maxResults": _ROWS, "timeoutMs": _PATIENCE} | ({"location": job.location} if job.location else {})

        def page(token: str) -> Any:
            again = partial(read, {**told, "pageToken": token} if token else told)
            return _complete(web, again() if token else begun, again)

        yield from self._named(check, chosen, self._rows(web, by_token(web, page, _next)))

    def _rows(self, web: Web, answers: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
        for number, answer in enumerate(answers):
            web.spent += 0 if number else _mib(shaped(_Read, web, answer)) * self.usd_per_tib / _MIB_IN_TIB
            yield from () if answer.get("totalRows") == "0" and "rows" not in answer else rows(web, answer, "rows")

    def _named(
        self, check: RowCheck, chosen: Mapping[str, _Field], found: Iterable[object]
    ) -> Iterator[dict[str, Any]]:
        for number, row in check.numbered(_Row, found):
            if len(row.f) != len(chosen):
                check.reject(number, "f", f"has another number of columns than the {len(chosen)} that were asked for")
                continue
            values = {ours: each.v for ours, each in zip(chosen, row.f, strict=True)}
            if all(check.fit(_SHAPES[ours], values[ours], number, chosen[ours].name) for ours in values
                   if ours in _SHAPES and values[ours] is not None):  # fmt: skip
                yield values | ({"tags": _tags(values["tags"])} if values.get("tags") else {})


class _Field(BaseModel):
    name: str = Field(pattern=r"^\w+$")
    type: str
    mode: str = "NULLABLE"

    def said(self, ours: str) -> str:
        """SQL: the column as a text, or as the exact sum of what its numbers are written as."""
        if ours in _SUMMED:
            return f"CAST(SUM(CAST(CAST(`{self.name}` AS STRING) AS BIGNUMERIC)) AS STRING)"
        if ours in _DAYS:
            return f"CAST(DATE(`{self.name}`) AS STRING)"
        nested = self.mode == "REPEATED" or self.type in ("RECORD", "STRUCT", "JSON")
        return f"TO_JSON_STRING(`{self.name}`)" if nested else f"CAST(`{self.name}` AS STRING)"


class _Schema(BaseModel):
    fields: list[_Field]


class _Table(BaseModel):
    schema_: _Schema = Field(alias="schema")


class _Job(BaseModel):
    id: str = Field(alias="jobId", min_length=1)
    location: str = ""


class _Begun(BaseModel):
    job: _Job = Field(alias="jobReference")


class _Read(BaseModel):
    processed: int = Field(default=0, alias="totalBytesProcessed")
    cached: bool = Field(default=False, alias="cacheHit")


class _Value(BaseModel):
    v: Cell | None


class _Amount(RootModel[Money]):
    pass


class _Used(RootModel[Quantity]):
    pass


class _Date(RootModel[Day]):
    pass


class _Code(RootModel[Currency]):
    pass


_SHAPES: Mapping[str, type[BaseModel]] = {
    **dict.fromkeys(_SUMMED, _Amount), "consumed_quantity": _Used, "tokens": _Used,
    **dict.fromkeys(_DAYS, _Date), "currency": _Code}  # fmt: skip
"""What a cell must hold, by our name of its column; a cell of any other column holds a text."""


class _Row(BaseModel):
    f: list[_Value]


def _mib(read: _Read) -> int:
    """How many MiB are charged for: begun ones whole, ten at least; none where nothing was read."""
    return 0 if read.cached or not read.processed else max(_LEAST_MIB, -(-read.processed // _BYTES_IN_MIB))


def _query(table: str, chosen: Mapping[str, _Field]) -> str:
    said = ", ".join(f"{field.said(ours)} AS `{ours}`" for ours, field in chosen.items())
    groups = ", ".join(str(place) for place, ours in enumerate(chosen, 1) if ours not in _SUMMED)
    where = f"DATE(`{chosen['day_start'].name}`)"
    return (f"SELECT {said} FROM `{table}` WHERE {where} >= @start AND {where} < @end "  # noqa: S608 (names only)
            f"GROUP BY {groups}")  # fmt: skip


def _parameter(name: str, day: str) -> dict[str, Any]:
    return {"name": name, "parameterType": {"type": "DATE"}, "parameterValue": {"value": day}}


def _complete(web: Web, answer: Any, again: Callable[[], Any]) -> Any:
    """*answer*, or the one that is given *again* as soon as the question is answered."""
    for _ in range(_POLLS):
        done = answer.get("jobComplete") if isinstance(answer, dict) else None
        if done is True:
            return answer
        if done is not False:
            raise SourceChanged(f"{web.name} does not say whether the question is answered.")
        answer = again()
    raise SourceAway(f"{web.name} has not answered the question after {_POLLS * _PATIENCE // 60_000} minutes.")


def _next(answer: Mapping[str, Any]) -> object:
    return answer.get("pageToken")


def _tags(text: str | None) -> str | None:
    """Tags as FOCUS has them, one object; Google's are a list of objects, each with a key and a value."""
    try:
        listed = json.loads(text or "null")
        if isinstance(listed, list):
            return json.dumps({str(each["key"]): each["value"] for each in listed})
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return text

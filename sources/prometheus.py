"""Prometheus: what our own GPUs cost a day by a rate card, idle apart, and business drivers that it counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field, StringConstraints, model_validator

from finops.batch import Batch, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period, midnight
from sources._base import alike, shaped, written
from sources._fields import Quantity, Text
from sources._gpus import STEP, Gpu, Holder, Metric, Part, Sampled, gpus
from sources._hardware import CHARGES, HardwareSource, Name, quantity
from sources._ratecard import DAY, Card, Power, shares
from sources._row_check import RowCheck
from web.client import Web

_FULL = {"DCGM_FI_DEV_GPU_UTIL": 100, "DCGM_FI_PROF_GR_ENGINE_ACTIVE": 1}
_WATTS = "DCGM_FI_DEV_POWER_USAGE"
_ANY = "*"
Second = Annotated[Quantity, Field(ge=0, lt=253_402_300_800)]
Counted = Annotated[Quantity, Field(ge=0, le=10**15)]
_DRIVERS = alike(("day", "driver", "count"), ("app", "team"))
Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Prometheus(HardwareSource):
    """Prometheus of your own data center. *base_url* is its address, as `http://prometheus:9090`; it wants no key,
    *key* is the bearer that a proxy before it may want. Nothing is scraped, all is asked for.

    GPUs: the metrics of NVIDIA's DCGM exporter (labels UUID, Hostname, modelName, namespace) and a rate card in *gpus*,
    by node, by model as modelName says it, or `"*"` for any other. A GPU that is seen in a day costs its whole day:
    write-off, opex, and the watts that were measured × PUE × the price of *power*. Whoever held it (*namespace* and
    *labels* of the metrics) has the time that it was busy as service `GPU`, and the rest as `Idle GPU`; what nobody
    held or nobody saw is idle and nobody's. *busy* is the metric that says so: `DCGM_FI_DEV_GPU_UTIL` (whether anything
    ran at all, coarse) or `DCGM_FI_PROF_GR_ENGINE_ACTIVE` (finer, newer GPUs). A GPU that is on no rate card is held
    back. A day that still goes on costs what has gone of it.

    Business drivers: *drivers* are PromQL queries by the driver's name, asked at the end of each day (UTC) that is
    over, as `sum by (team) (increase(tickets_solved_total[1d]))`; labels team and app are kept. Limits: as far back as
    Prometheus keeps, often 15 days."""

    name: ClassVar[str] = "Prometheus"
    settles_after: ClassVar[int] = 2
    gpus: dict[Name, Card] = Field(default_factory=dict)
    power: Power | None = None
    busy: Literal["DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_PROF_GR_ENGINE_ACTIVE"] = "DCGM_FI_DEV_GPU_UTIL"
    namespace: Label = "namespace"
    labels: tuple[Label, ...] = ("team", "app")
    drivers: dict[Name, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _asks_something(self) -> Prometheus:
        if not self.gpus and not self.drivers:
            raise ValueError("name GPUs with what they cost below gpus, or queries below drivers")
        return self

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges of the GPUs, then the driver counts."""
        now = _now(web)
        if self.gpus:
            check = RowCheck(web, into / "prometheus-gpus.jsonl.gz")
            file = written(self._charges(web, period, now, check), check.file)
            yield Batch("prometheus", Dataset.CHARGES, Format.JSONL, (file,), CHARGES, ("provider",), self.constants,
                        covers=period, rejected=check.rejected)  # fmt: skip
        over = min(period.end, now.date())
        if self.drivers and period.start < over:
            whole = Period(period.start, over)
            check = RowCheck(web, into / "prometheus-drivers.jsonl.gz")
            file = written(self._counts(web, whole, check), check.file)
            yield Batch("prometheus", Dataset.DRIVERS, Format.JSONL, (file,), _DRIVERS, ("driver",), covers=whole,
                        rejected=check.rejected)  # fmt: skip

    def _charges(self, web: Web, period: Period, now: datetime, check: RowCheck) -> Iterator[dict[str, Any]]:
        for day in period:
            seconds = _gone(day, now)
            if seconds:
                busy, watts = (self._sampled(web, metric, day, seconds, check) for metric in (self.busy, _WATTS))
                for gpu in gpus(busy, watts, _FULL[self.busy]):
                    yield from self._of_gpu(gpu, day, seconds)

    def _sampled(self, web: Web, metric: str, day: date, seconds: int, check: RowCheck) -> list[Sampled]:
        by = ", ".join(("UUID", "Hostname", "modelName", self.namespace, *self.labels))
        start = int(midnight(day).timestamp())
        asked = {"query": f"avg by ({by}) ({metric})", "start": start, "end": start + seconds - STEP, "step": STEP}
        told = shaped(_Series, web, _result(web, "query_range", asked, "matrix"))
        return list(self._of_gpus(told.result, metric, check))

    def _of_gpus(self, series: list[Any], metric: str, check: RowCheck) -> Iterator[Sampled]:
        for number, each in check.numbered(_One, series, metric):
            gpu = check.fit(Metric, each.metric, number, metric)
            holder = self._holder(each.metric, number, check) if gpu else None
            if gpu and holder:
                yield Sampled(gpu, holder, _samples(each.values, number, metric, check))

    def _holder(self, metric: Mapping[str, Any], number: int, check: RowCheck) -> Holder | None:
        held = {label: metric.get(label) or "" for label in (self.namespace, *self.labels)}
        found = check.fit(_Labels, {"labels": [*held.values()]}, number)
        if found is None:
            return None
        namespace, *values = found.labels
        return Holder(namespace, tuple((label, v) for label, v in zip(self.labels, values, strict=True) if v))

    def _of_gpu(self, gpu: Gpu, day: date, seconds: int) -> Iterator[dict[str, Any]]:
        metric, parts = gpu.metric, gpu.parts(seconds)
        card = next((self.gpus[name] for name in (metric.node, metric.model, _ANY) if name in self.gpus), None)
        if card is None:
            yield _charge(gpu, day, parts[0], "on no rate card", None)
            return
        times, joules = [part.seconds for part in parts], [part.joules for part in parts]
        hours = shares(Decimal(seconds) / 3600, times, 6)
        for meter, amount in card.of_day(day, seconds).items():
            for part, cost, hour in zip(parts, shares(amount, times), hours, strict=True):
                used = quantity(hour, "GPU-Hours") if meter == "Capex" and hour else {}
                if cost or used:
                    yield _charge(gpu, day, part, meter, cost) | used
        if self.power and any(joules):
            for part, cost in zip(parts, shares(self.power.of(sum(joules, Decimal(0))), joules), strict=True):
                yield from [_charge(gpu, day, part, "Power", cost)] if cost else []

    def _counts(self, web: Web, period: Period, check: RowCheck) -> Iterator[dict[str, Any]]:
        for driver, query in self.drivers.items():
            for day in period:
                for series in check.fitting(_Count, _counted(web, driver, query, day), "drivers"):
                    yield {"day": str(day), "driver": driver, "count": series.value[1], "app": series.metric.app,
                           "team": series.metric.team}  # fmt: skip


class _One(BaseModel):
    metric: dict[str, Any]
    values: list[Any]


class _Labels(BaseModel):
    labels: list[Text]


class _Sample(BaseModel):
    value: tuple[Second, Text]


class _Series(BaseModel):
    result: list[Any]


class _Whose(BaseModel):
    app: Text = ""
    team: Text = ""


class _Count(BaseModel):
    metric: _Whose
    value: tuple[Second, Counted]


class _Clock(BaseModel):
    result: tuple[Annotated[Decimal, Field(gt=0, lt=253_402_300_800)], str]


def _samples(values: list[Any], number: int, answer: str, check: RowCheck) -> dict[int, Decimal | None]:
    """The samples of the series with that *number*; those that are none are rejected with it."""
    found = (check.fit(_Sample, {"value": each}, number, answer) for each in values)
    return {int(each.value[0]): _number(each.value[1]) for each in found if each}


def _counted(web: Web, driver: str, query: str, day: date) -> list[Any]:
    asked = {"query": query, "time": int(midnight(day + timedelta(days=1)).timestamp())}
    try:
        return shaped(_Series, web, _result(web, "query", asked, "vector")).result
    except SourceChanged as error:
        raise SourceChanged(f"{error} It was asked for the driver {driver}.") from None


def _result(web: Web, path: str, query: Mapping[str, Any], kind: str) -> Any:
    page = web.read(f"api/v1/{path}", query)
    data = page.get("data") if isinstance(page, dict) and page.get("status") == "success" else None
    if not isinstance(data, dict) or data.get("resultType") != kind:
        raise SourceChanged(f"{web.name} answered without a {kind}.")
    return data


def _now(web: Web) -> datetime:
    """The time by Prometheus's own clock, which is the one that its samples are timed by."""
    told = shaped(_Clock, web, _result(web, "query", {"query": "time()"}, "scalar"))
    return datetime.fromtimestamp(int(told.result[0]), UTC)


def _gone(day: date, now: datetime) -> int:
    """The seconds of *day* that are over, in whole steps."""
    gone = int((now - midnight(day)).total_seconds())
    return min(max(gone, 0), DAY) // STEP * STEP


def _number(text: str) -> Decimal | None:
    """The number that a sample is; None for NaN, the infinite and what is none."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _charge(gpu: Gpu, day: date, part: Part, meter: str, cost: Decimal | None) -> dict[str, Any]:
    model = gpu.metric.model or "GPU"
    return {"day_start": f"{day}T00:00:00Z", "billed_cost": cost, "effective_cost": cost, "account": gpu.metric.node,
            "sub_account": part.holder.namespace, "service": "Idle GPU" if part.idle else "GPU", "category": "Compute",
            "sku": model, "sku_meter": meter, "description": f"{model}, {meter}", "resource": gpu.metric.uuid,
            "tags": json.dumps(dict(part.holder.tags))}  # fmt: skip

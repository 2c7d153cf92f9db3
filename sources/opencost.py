"""OpenCost: what a Kubernetes cluster of our own costs a day by namespace and label, idle apart; and its models."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import AliasGenerator, BaseModel, ConfigDict, StringConstraints
from pydantic.alias_generators import to_camel

from finops.batch import Batch, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period
from finops.stamp import LedgerName
from sources._base import alike, shaped, written
from sources._fields import Consumed, Id, Money, Quantity, Spend, Text
from sources._hardware import CHARGES, HardwareSource, quantity
from sources._row_check import RowCheck
from web.client import Web

_ALLOCATION, _INFERENCE = "allocation/compute", "inferenceCost/total"
_IDLE, _NOBODY = "__idle__", "__unallocated__"
_ROUNDED = Decimal("0.0001")
"""OpenCost rounds each part to five digits; what the total says beyond that is a cost of another kind."""
_REQUESTS = alike(("request_id", "started_at", "model"), (
    "tags", "input_tokens", "output_tokens", "spend", "requests"))  # fmt: skip
Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./-]+$")]


class OpenCost(HardwareSource):
    """OpenCost of a cluster that stands in your own data center: what each namespace and label costs a day, as CPU,
    GPU, RAM, storage and network; what nobody asked for is a line of its own (service `Idle GPU`, `Idle CPU` …).
    *base_url* is its API, as `http://opencost.opencost:9003`; it wants no key, *key* is the bearer that a proxy before
    it may want. *labels* are the labels of pods that name team, app or environment; a namespace is given to a team by
    its name below `owners.teams`. *currency* is the one of OpenCost's own prices. Leave a cluster in a cloud out: that
    cost is on the cloud's bill. *inference* asks for the cost of each model too (OpenCost 1.121 with
    `INFERENCE_COST_ENABLED=true`): the same money seen by model, so it is metered and never added. Delay: minutes.
    Limits: as far back as its Prometheus keeps, often 15 days; one question a day; figures grow until the day is over.
    Tested on recorded answers only."""

    name: ClassVar[str] = "OpenCost"
    settles_after: ClassVar[int] = 2
    labels: tuple[Label, ...] = ("team", "app")
    inference: bool = False

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges of *period*, then its models as AI requests, if they are asked for."""
        check = RowCheck(web, into / "opencost-allocation.jsonl.gz")
        file = written(self._charges(web, period, check), check.file)
        yield Batch("opencost", Dataset.CHARGES, Format.JSONL, (file,), CHARGES, ("provider", "account"),
                    self.constants, covers=period, rejected=check.rejected)  # fmt: skip
        if not self.inference:
            return
        check = RowCheck(web, into / "opencost-inference.jsonl.gz")
        file = written(_models(web, period, check), check.file)
        yield Batch("opencost", Dataset.REQUESTS, Format.JSONL, (file,), _REQUESTS, ("provider",),
                    {"provider": self.provider}, covers=period, ledger=LedgerName.METERED,
                    rejected=check.rejected)  # fmt: skip

    def _charges(self, web: Web, period: Period, check: RowCheck) -> Iterator[dict[str, Any]]:
        by = ("cluster", "namespace", *(f"label:{label}" for label in self.labels))
        asked = {"aggregate": ",".join(by), "step": "1d", "accumulate": "false", "includeIdle": "true"}
        number = 0
        for day in period:
            for held in _sets(web, _told(web, _ALLOCATION, {**asked, "window": _window(day)})):
                for name, row in held.items():
                    number += 1
                    named = {**row, "name": name} if isinstance(row, dict) else row
                    found = check.fit(_Allocation, named, number)
                    if found is not None:
                        yield from found.charges(day, _Whose.named(found.name, self.labels))


class _Said(BaseModel):
    """The names are OpenCost's, in its own spelling."""

    model_config = ConfigDict(alias_generator=AliasGenerator(validation_alias=to_camel))


class _Properties(_Said):
    cluster: Text | None = None


class _Whose(BaseModel):
    """Whose an allocation is: its name joins what it was summed by, cluster first, with slashes."""

    namespace: str = ""
    tags: Mapping[str, str] = {}
    idle: bool = False

    @classmethod
    def named(cls, name: str, labels: tuple[str, ...]) -> _Whose:
        told = name.split("/")
        if _IDLE in told:
            return cls(idle=True)
        _, namespace, *values = [*("" if each == _NOBODY else each for each in told), "", ""]
        return cls(namespace=namespace, tags={label: v for label, v in zip(labels, values, strict=False) if v})


class _Allocation(_Said):
    """What we keep of an allocation. A cost that OpenCost could not reckon is null, and held back later."""

    name: Text
    properties: _Properties = _Properties()
    total_cost: Money | None
    cpu_cost: Money | None
    gpu_cost: Money | None
    ram_cost: Money | None
    pv_cost: Money | None
    network_cost: Money | None
    load_balancer_cost: Money | None = Decimal(0)
    cpu_cost_adjustment: Money | None = None
    gpu_cost_adjustment: Money | None = None
    ram_cost_adjustment: Money | None = None
    pv_cost_adjustment: Money | None = None
    network_cost_adjustment: Money | None = None
    load_balancer_cost_adjustment: Money | None = None
    cpu_core_hours: Quantity | None = None
    gpu_hours: Quantity | None = None
    ram_byte_hours: Quantity | None = None
    pv_byte_hours: Quantity | None = None

    def charges(self, day: date, whose: _Whose) -> Iterator[dict[str, Any]]:
        """One charge for each part that costs something."""
        parts = {part: self._cost(field) for part, (field, *_) in _PARTS.items()}
        if self.total_cost is not None and None not in parts.values():
            rest = self.total_cost - sum(filter(None, parts.values()), Decimal(0))
            parts["Other"] = rest if abs(rest) > _ROUNDED else Decimal(0)
        for part, cost in parts.items():
            if cost != 0:
                yield self._charge(day, whose, part, cost)

    def _cost(self, field: str) -> Decimal | None:
        cost: Decimal | None = getattr(self, f"{field}_cost")
        more: Decimal | None = getattr(self, f"{field}_cost_adjustment")
        return None if cost is None else cost + (more or 0)

    def _charge(self, day: date, whose: _Whose, part: str, cost: Decimal | None) -> dict[str, Any]:
        _, category, held, unit = _PARTS.get(part, ("", "Other", "", ""))
        service = f"Idle {part}" if whose.idle else part
        return {"day_start": f"{day}T00:00:00Z", "billed_cost": cost, "effective_cost": cost,
                "account": self.properties.cluster or "", "sub_account": whose.namespace, "service": service,
                "category": category, "sku": service, "sku_meter": unit, "description": service,
                "resource": None, "tags": json.dumps(dict(whose.tags)),
                **quantity(getattr(self, held) if held else None, unit)}  # fmt: skip


_PARTS = {
    "CPU": ("cpu", "Compute", "cpu_core_hours", "Core-Hours"),
    "GPU": ("gpu", "Compute", "gpu_hours", "GPU-Hours"),
    "RAM": ("ram", "Compute", "ram_byte_hours", "Byte-Hours"),
    "Storage": ("pv", "Storage", "pv_byte_hours", "Byte-Hours"),
    "Network": ("network", "Networking", "", ""),
    "Load balancer": ("load_balancer", "Networking", "", ""),
}
"""The parts of a cost: the field, the FOCUS category, what is consumed and in which unit."""


class _Served(_Said):
    model_name: Id
    namespace: Text = ""
    cluster: Text = ""


class _Model(_Said):
    properties: _Served
    total_cost: Spend
    prompt_tokens: Consumed
    generation_tokens: Consumed

    def request(self, day: date) -> dict[str, Any]:
        """The AI requests of a day, a model and a namespace, in one row; how many they were is not known."""
        told = self.properties
        return {"request_id": f"{day}/{told.cluster}/{told.namespace}/{told.model_name}",
                "started_at": f"{day}T00:00:00Z", "model": told.model_name,
                "tags": json.dumps({"namespace": told.namespace}), "input_tokens": self.prompt_tokens,
                "output_tokens": self.generation_tokens, "spend": self.total_cost, "requests": 0}  # fmt: skip


class _Costs(_Said):
    inference_costs: dict[str, Any]


def _models(web: Web, period: Period, check: RowCheck) -> Iterator[dict[str, Any]]:
    asked = {"aggregate": "cluster,namespace,model_name", "costBasis": "allocation"}
    number = 0
    for day in period:
        told = shaped(_Costs, web, _told(web, _INFERENCE, {**asked, "window": _window(day)}))
        for row in told.inference_costs.values():
            number += 1
            found = check.fit(_Model, row, number, "inferenceCosts")
            if found is not None:
                yield found.request(day)


def _window(day: date) -> str:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return ",".join(f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (start, start + timedelta(days=1)))


def _told(web: Web, path: str, query: Mapping[str, str]) -> Any:
    page = web.read(path, query)
    if not isinstance(page, dict) or "data" not in page:
        raise SourceChanged(f"{web.name} answered without data.")
    return page["data"]


def _sets(web: Web, data: Any) -> list[Mapping[str, Any]]:
    """The sets of allocations, one a step; a day of which nothing is known is an empty one."""
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise SourceChanged(f"{web.name} answered without sets of allocations.")
    return data

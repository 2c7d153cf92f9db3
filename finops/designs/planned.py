"""A design: which models are planned to be called how often, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

Rule = Literal["unknown-model", "forbidden-model", "retiring-model", "no-output-cap", "not-batched", "growth", "budget"]
_NAMED = Field(min_length=1, max_length=200)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Workload(_Strict):
    """One use of a model; *changes* is the app that does it now, if there is one."""

    model: str = _NAMED
    provider: str = ""
    requests_per_day: Decimal = Field(ge=0, le=10**12)
    input_tokens: Decimal = Field(ge=0, le=10**9)
    output_tokens: Decimal = Field(ge=0, le=10**9)
    max_output_tokens: int | None = Field(None, gt=0)
    interactive: bool = True
    batch: bool = False
    changes: str = ""


class Exemption(_Strict):
    """A *rule* that does not count for a workload up to a day, and why."""

    workload: str
    rule: Rule
    until: date
    reason: str = Field(min_length=3, max_length=500)


class Design(_Strict):
    """What is planned, for which team, without which models."""

    team: str = ""
    forbidden: tuple[str, ...] = ()
    max_growth: Decimal = Field(Decimal(5), gt=0)
    workloads: Mapping[str, Workload] = Field(min_length=1)
    exemptions: tuple[Exemption, ...] = ()

    @field_validator("exemptions")
    @classmethod
    def _planned(cls, named: tuple[Exemption, ...], info: ValidationInfo) -> tuple[Exemption, ...]:
        there = info.data.get("workloads")
        for each in named:
            of_team = each.rule == "budget"
            if there is not None and each.workload not in ((info.data.get("team"),) if of_team else there):
                what = "the team" if of_team else "a workload that is planned here"
                raise ValueError(f"the exemption from {each.rule} names “{each.workload[:40]}”, which is not {what}")
        return named

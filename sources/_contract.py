"""Contract prices as config.yaml has them: by model, each line with its days, its tier and its step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from finops.charge import TokenClass
from finops.prices import CONTRACT, STANDARD, Offer, Rates

_MILLION = Decimal(1_000_000)
PerMillion = Annotated[Decimal | None, Field(ge=0, lt=10**6, allow_inf_nan=False)]


class Term(BaseModel):
    """USD per million tokens by class, from the first day to the last (both included), for calls of a tier with at
    least so many input tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: date = Field(default=date.min, alias="from")
    until: date = date.max
    tier: Literal["", "standard", "batch", "flex", "priority"] = "standard"
    above: int = Field(default=0, ge=0)
    uncached_input: PerMillion = None
    cache_read: PerMillion = None
    cache_write: PerMillion = None
    cache_write_1h: PerMillion = None
    output: PerMillion = None
    reasoning: PerMillion = None
    audio_input: PerMillion = None
    audio_output: PerMillion = None
    image_input: PerMillion = None
    image_output: PerMillion = None

    @model_validator(mode="after")
    def _says_something(self) -> Term:
        if self.until < self.since:
            raise ValueError("until lies before from")
        if not self.rates.per_token:
            raise ValueError(f"write USD per million tokens for any of: {', '.join(TokenClass)}")
        return self

    @property
    def rates(self) -> Rates:
        """What it says, per token."""
        said = {kind: getattr(self, kind) for kind in TokenClass}
        begun = "" if self.since == date.min else f" from {self.since}"
        return Rates({kind: price / _MILLION for kind, price in said.items() if price is not None},
                     f"{CONTRACT}{begun}", self.above, STANDARD if self.tier == "standard" else self.tier)  # fmt: skip

    @property
    def dated(self) -> bool:
        """Whether it does not hold for all days."""
        return (self.since, self.until) != (date.min, date.max)

    def covers(self, other: Term) -> bool:
        """Whether all days of *other* lie in its own, at the same tier."""
        return self.tier == other.tier and self.since <= other.since and other.until <= self.until

    def clashes(self, other: Term) -> bool:
        """Whether both say what the same call costs."""
        return (self.tier, self.above) == (other.tier, other.above) and (
            self.since <= other.until and other.since <= self.until
        )


def _listed(written: Any) -> Any:
    return [written] if isinstance(written, Mapping) else written


def _sound(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    for number, term in enumerate(terms, 1):
        if any(term.clashes(other) for other in terms[number:]):
            raise ValueError(f"its line {number} and a later one say different prices for the same days")
        if term.above and not any(base.covers(term) and not base.above for base in terms):
            raise ValueError(
                f"its line {number} prices large calls alone; say also what all others cost (without above)"
            )
    return terms


Terms = Annotated[tuple[Term, ...], BeforeValidator(_listed), AfterValidator(_sound)]
Contract = Mapping[str, tuple[Term, ...]]


def in_force(terms: Iterable[Term], day: date) -> Offer:
    """What was agreed for *day*, rising by step."""
    found = (term.rates for term in terms if term.since <= day <= term.until)
    return tuple(sorted(found, key=lambda rates: rates.above))

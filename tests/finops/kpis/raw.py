"""The raw rows of a small company, from which the figures of merit are counted a second way, by plain loops."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

NOTHING = Decimal(0)
MILLION = 1_000_000
PRICES: Mapping[str, Mapping[str, Decimal]] = {
    "m-1": {name: Decimal(price) for name, price in (("uncached_input", "2"), ("cache_read", "0.2"),
            ("cache_write", "2.5"), ("output", "10"), ("reasoning", "12"))},
    "m-2": {name: Decimal(price) for name, price in (("uncached_input", "0.7"), ("cache_read", "0.35"),
            ("cache_write", "0.9"), ("output", "3.1"), ("reasoning", "3.1"))},
}  # fmt: skip
"""Per million tokens; m-9 has none."""


@dataclass(frozen=True)
class Call:
    """A line of the gateway's log."""

    request_id: str
    ts_start: str
    provider: str
    model: str
    team: str
    app: str
    input_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    output_tokens: int
    reasoning_tokens: int
    status: str = ""
    service_tier: str = ""

    @property
    def tokens(self) -> dict[str, int]:
        """How many of each class."""
        fresh = self.input_tokens - self.cached_input_tokens - self.cache_write_tokens
        return {"uncached_input": fresh, "cache_read": self.cached_input_tokens,
                "cache_write": self.cache_write_tokens, "output": self.output_tokens - self.reasoning_tokens,
                "reasoning": self.reasoning_tokens}  # fmt: skip

    @property
    def priced(self) -> bool:
        return self.model in PRICES and not self.service_tier

    def cost(self, *classes: str) -> Decimal:
        """What its tokens cost, of *classes* or of all."""
        prices = PRICES[self.model] if self.priced else {}
        each = (count * prices[name] for name, count in self.tokens.items() if prices and name in (classes or prices))
        return sum(each, NOTHING) / MILLION


@dataclass(frozen=True)
class Driver:
    """A line of the file of business drivers."""

    date: str
    app: str
    driver: str
    count: int
    team: str


@dataclass(frozen=True)
class Licence:
    """A contract over some days of November; *seats* and *credits* are what it gives, each at its price."""

    vendor: str
    product: str
    start: str
    end: str
    seats: str
    seats_used: str
    price_per_seat: str
    per: str
    credits: str
    credits_used: str
    price_per_credit: str
    currency: str
    team: str

    def within(self, last: int) -> int:
        """How many of its days are over by the *last* of November."""
        return max(0, last - date.fromisoformat(self.start).day + 1)

    @property
    def days(self) -> int:
        return (date.fromisoformat(self.end) - date.fromisoformat(self.start)).days + 1

    @property
    def price(self) -> Decimal:
        """Of the whole contract."""
        return sum((Decimal(many) * Decimal(each) for many, each in (
            (self.seats, self.price_per_seat), (self.credits, self.price_per_credit)) if many), NOTHING)  # fmt: skip


@dataclass(frozen=True)
class Gpu:
    """A line of the data center's bill."""

    service: str
    cost: Decimal
    hours: Decimal
    team: str


@dataclass(frozen=True)
class Capacity:
    """A line of the cloud's bill: a *day* of November of what was bought to be used or not, *status* says which."""

    day: int
    category: str
    status: str
    meter: str
    cost: Decimal
    team: str


@dataclass(frozen=True)
class Trouble:
    """An incident: when it was opened, taken or planned, and over, in hours after the unusual day began."""

    team: str
    day: int
    excess: Decimal
    opened: int
    taken: int | None = None
    planned: int | None = None
    over: int | None = None


@dataclass(frozen=True)
class Raw:
    """Everything that anybody told."""

    calls: tuple[Call, ...]
    drivers: tuple[Driver, ...]
    hours: tuple[Driver, ...]
    licences: tuple[Licence, ...]
    gpus: tuple[Gpu, ...]
    capacity: tuple[Capacity, ...]
    troubles: tuple[Trouble, ...]
    budgets: Mapping[str, Decimal]

    @property
    def teams(self) -> set[str]:
        told = (*self.calls, *self.drivers, *self.hours, *self.licences, *self.gpus, *self.capacity, *self.troubles)
        return {each.team for each in told} | set(self.budgets)

    def of(self, team: str) -> Raw:
        """What was told of one team; of those who name nobody, if it is empty."""
        kept = {name: tuple(each for each in getattr(self, name) if each.team == team)
                for name in ("calls", "drivers", "hours", "licences", "gpus", "capacity", "troubles")}  # fmt: skip
        return replace(self, **kept, budgets={name: each for name, each in self.budgets.items() if name == team})


def calls(seed: int, many: int = 120) -> tuple[Call, ...]:
    """Calls of three models and three teams, and of nobody, on the first nine days of November."""
    dice = random.Random(seed)
    found = []
    for number in range(many):
        team = dice.choice(("search", "support", "growth", ""))
        given, said = dice.randrange(1000, 90_000), dice.randrange(200, 9000)
        cached = dice.randrange(given // 2)
        thought = dice.choice((0, dice.randrange(said)))
        found.append(Call(f"c{number}", f"2026-11-{dice.randrange(1, 10):02}T10:00:00Z",
                          dice.choice(("acme", "acme", "Data center")), dice.choice(("m-1", "m-2", "m-9")), team,
                          f"{team}-app" if team else "", given, cached, dice.randrange(given // 4), said,
                          thought, ("success", "failure", "")[number % 3]))  # fmt: skip
    return tuple(found)


def served(seed: int, many: int = 30) -> tuple[Call, ...]:
    """Calls that provisioned capacity serves, of two teams, on the first nine days of November."""
    dice = random.Random(seed)
    return tuple(Call(f"p{number}", f"2026-11-{number % 9 + 1:02}T11:00:00Z", "azure", "m-1",
                      dice.choice(("search", "support")), "", dice.randrange(1000, 90_000), 0, 0,
                      dice.randrange(200, 9000), 0, service_tier="provisioned") for number in range(many))  # fmt: skip


def written(rows: Iterable[Any], file: Path) -> Path:
    """*file*, a CSV that holds *rows*."""
    lines = [asdict(row) for row in rows]
    with file.open("w", newline="") as out:
        table = csv.DictWriter(out, list(lines[0]))
        table.writeheader()
        table.writerows(lines)
    return file


def charges(gpus: Iterable[Gpu], file: Path) -> Path:
    """*file*, a FOCUS file that holds *gpus*, all of the second of November."""
    head = ("ChargePeriodStart", "ProviderName", "BillingAccountId", "ServiceName", "ChargeCategory", "BilledCost",
            "EffectiveCost", "BillingCurrency", "ConsumedQuantity", "ConsumedUnit", "Tags")  # fmt: skip
    with file.open("w", newline="") as out:
        table = csv.writer(out)
        table.writerow(head)
        for each in gpus:
            tags = f'{{"team": "{each.team}"}}' if each.team else ""
            table.writerow(("2026-11-02", "Data center", "dc", each.service, "Usage", each.cost, each.cost, "USD",
                            each.hours, "GPU-Hours", tags))  # fmt: skip
    return file


def bill(capacity: Iterable[Capacity], file: Path) -> Path:
    """*file*, a FOCUS file that holds *capacity*."""
    rows = [{"ChargePeriodStart": f"2026-11-{each.day:02}", "ProviderName": "Microsoft", "BillingAccountId": "c",
             "ServiceName": "Foundry Models", "ChargeCategory": each.category, "BilledCost": each.cost,
             "EffectiveCost": 0 if each.category == "Purchase" else each.cost, "BillingCurrency": "USD",
             "ServiceCategory": "AI and Machine Learning" if "Provisioned" in each.meter else "Compute",
             "SkuMeter": each.meter, "CommitmentDiscountStatus": each.status,
             "Tags": f'{{"team": "{each.team}"}}' if each.team else ""} for each in capacity]  # fmt: skip
    with file.open("w", newline="") as out:
        table = csv.DictWriter(out, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return file


def _capacity(day: int) -> Iterable[Capacity]:
    units = "Provisioned Managed Global"
    yield Capacity(day, "Usage", "Used", units, Decimal(3 + day) / 4, "search")
    yield Capacity(day, "Usage", "Unused", units, Decimal(day) / 8, "")
    yield Capacity(day, "Usage", "Used", "D4s v5", Decimal("0.75"), "growth")
    yield Capacity(day, "Usage", "", units, Decimal("0.5"), "support")


COMPANY = Raw(
    calls=(*calls(4), *served(5)),
    drivers=tuple(Driver(f"2026-11-{day:02}", f"{team}-app", name, 3 + day * many, team)
                  for day in range(1, 9) for team, name, many in (("search", "orders", 7), ("support", "tickets", 2))),
    hours=tuple(Driver(f"2026-11-{day:02}", "gpt-ptu", name, many, "search")
                for day in range(2, 8) for name, many in (("provisioned_hours", 48), ("used_provisioned_hours", day))),
    licences=(
        Licence("Acme", "Plan", "2026-11-01", "2026-11-30", "25", "18", "60", "contract", "", "", "", "USD", "growth"),
        Licence("Beta", "Tool", "2026-11-05", "2026-11-14", "7", "3", "11", "contract", "", "", "", "USD", ""),
        Licence("Acme", "Extra", "2026-11-01", "2026-11-20", "", "", "", "", "1000", "400", "0.04", "USD", "growth"),
    ),
    gpus=(
        Gpu("GPU", Decimal("30.5"), Decimal(12), "search"),
        Gpu("GPU", Decimal(11), Decimal(5), "support"),
        Gpu("Idle GPU", Decimal("10.25"), Decimal(4), ""),
    ),
    capacity=(
        Capacity(1, "Purchase", "", "Provisioned Managed Global", Decimal(250), ""),
        *(each for day in range(2, 8) for each in _capacity(day)),
    ),
    troubles=(
        Trouble("search", 2, Decimal("0.25"), opened=27, taken=30, over=75),
        Trouble("support", 3, Decimal("0.5"), opened=33, planned=34),
        Trouble("growth", 5, Decimal("0.125"), opened=25, taken=48),
        Trouble("growth", 6, Decimal("0.0625"), opened=26),
    ),
    budgets={"search": Decimal(300), "support": Decimal(12), "nobody": Decimal(90)},
)  # fmt: skip

"""Exports that tests write into a bucket, and a house that reads them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

import duckdb

from finops.batch import Batch, Delivery
from finops.period import Period
from finops.question import Measure, Question
from sources._buckets import FocusBucket
from tests.sources.clouds import Cloud
from tests.storage.facts.conftest import House

TODAY = Period(date(2026, 10, 25), date(2026, 11, 25))
HEADER = ("ChargePeriodStart,BillingPeriodStart,ProviderName,BillingAccountId,ServiceName,ChargeCategory,BilledCost,"
          "EffectiveCost,BillingCurrency")  # fmt: skip


def bill(month: str, costs: dict[str, str], account: str = "123") -> bytes:
    """A FOCUS file of the billing *month*: the costs by day."""
    rows = [f"{day}T00:00:00Z,{month}-01T00:00:00Z,AWS,{account},Bedrock,Usage,{cost},{cost},USD"
            for day, cost in costs.items()]  # fmt: skip
    return "\n".join([HEADER, *rows, ""]).encode()


def as_parquet(content: bytes, folder: Path) -> bytes:
    (folder / "a.csv").write_bytes(content)
    duckdb.execute(f"COPY (FROM read_csv('{folder / 'a.csv'}')) TO '{folder / 'a.parquet'}'")
    return (folder / "a.parquet").read_bytes()


Kind = TypeVar("Kind", bound=Cloud)


class Reader(Generic[Kind]):
    """A house that reads a bucket, run by run, and what it knows then."""

    def __init__(self, home: Path, bucket: Kind) -> None:
        self.home, self.pages, self.bucket = home, home / "pages", bucket
        self.runs = itertools.count()

    @cached_property
    def house(self) -> House:
        return House(self.home)

    def batches(self, source: FocusBucket | None = None) -> Iterator[Batch]:
        source = source or self.bucket.source(prefix="costs")
        return source.fetch(source.web(), TODAY, self.pages / f"run-{next(self.runs)}")

    def read(self, source: FocusBucket | None = None) -> list[Delivery]:
        return [self.house.publish(batch) for batch in self.batches(source)]

    @property
    def cost(self) -> dict[str, Decimal]:
        """The cost by month of the charges."""
        months = [Period(date(2026, m, 1), date(2026, m + 1, 1)) for m in range(8, 12)]
        totals = {
            f"{each.start:%m}": self.house.ledger.answer(Question((Measure.COST,), each)).total for each in months
        }
        return {month: total[Measure.COST] for month, total in totals.items() if total.get(Measure.COST)}

"""A home with AI requests kept as rows: batches of several sources made up in few words, and what they come to."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlmodel import Session, col, select

from finops.batch import GATEWAY, PROVIDER_LOG, TRACING, Batch, Column, Dataset, Delivery, Format
from finops.period import Period
from finops.question import Measure, Question
from finops.stamp import LedgerName
from storage.ingest import request_rows
from storage.manifest import CALLS, manifest
from storage.tables import FactFile
from tests.storage.facts.conftest import NOW, House

YEARS = Period(date(2020, 1, 1), date(2030, 1, 1))
AUTHORITY = {"litellm": GATEWAY, "csv": PROVIDER_LOG, "otel": TRACING, "langfuse": TRACING}
COLUMNS = ("request_id", "response_id", "trace_id", "span_id", "session_id", "started_at", "provider", "model", "team",
           "app", "key", "status", "error", "finish_reason", "template", "user", "tags", "tier", "input_tokens",
           "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "http_status", "latency_ms",
           "ttft_ms", "max_tokens", "temperature", "tool_calls", "stream", "disconnected", "cache_hit", "prompt_hash",
           "response_hash", "spend")  # fmt: skip
MUST = {"request_id", "started_at", "provider", "model", "input_tokens", "output_tokens"}
Row = Mapping[str, Any]


def call(request_id: str, at: str = "2026-11-02T10:00:00Z", **said: Any) -> dict[str, Any]:
    """A row of a log: a call of a model that no list knows, which told that it cost $1."""
    return {"request_id": request_id, "started_at": at, "provider": "openai", "model": "in-house", "input_tokens": 100,
            "output_tokens": 10, "spend": "1"} | said  # fmt: skip


class Calls(House):
    """A house that is told of calls by several sources."""

    files = 0

    def batch(self, source: str, *rows: Row, **said: Any) -> Batch:
        """One file of *source* with *rows*, in no more columns than they have."""
        self.files += 1
        names = [name for name in COLUMNS if name in MUST or any(name in row for row in rows)]
        file = self.home / f"{source}-{self.files}.csv"
        with file.open("w", newline="") as out:
            sheet = csv.DictWriter(out, names)
            sheet.writeheader()
            sheet.writerows(rows)
        columns = {name: Column((name,), mandatory=name in MUST) for name in names}
        told = {"per_call": True, "authority": AUTHORITY.get(source, TRACING), "daily_ids": source == "csv"}
        return Batch(source, Dataset.REQUESTS, Format.CSV, (file,), columns, ("provider",),
                     ledger=LedgerName.METERED, **told | said)  # fmt: skip

    def tell(self, source: str, *rows: Row, **said: Any) -> Delivery:
        """*source* tells of calls."""
        return self.publish(self.batch(source, *rows, **said))

    def total(self, *measures: Measure) -> tuple[Decimal, ...]:
        """What all calls come to."""
        measures = measures or (Measure.REQUESTS, Measure.COST)
        total = self.ledger.answer(Question(measures, YEARS, ledger=LedgerName.METERED)).total
        return tuple(total.get(each, Decimal(0)) for each in measures)

    def by_day(self) -> dict[str, tuple[Decimal, Decimal]]:
        """How many calls each day has, and what they cost."""
        with self.ledger.shelf.opened().facts("metered", YEARS) as db:
            found = db.execute("SELECT day, sum(requests), sum(cost) FROM facts GROUP BY 1 ORDER BY 1") if db else None
            return {str(day): (requests, cost) for day, requests, cost in found.fetchall()} if found else {}

    def another(self, name: str) -> Calls:
        """A fresh home."""
        home = self.home / name
        home.mkdir()
        return type(self)(home)

    @property
    def row_files(self) -> list[str]:
        """The files of rows that are in force."""
        live = select(FactFile.file).where(col(FactFile.dataset) == CALLS, col(FactFile.retired_at).is_(None))
        with Session(self.facts.engine) as session:
            return [str(self.facts.folder / name) for name in session.exec(live)]

    def rows(self, *names: str, where: str = "counted") -> list[tuple[Any, ...]]:
        """Columns of the rows kept, sorted."""
        with duckdb.connect() as db:
            told = f"SELECT {', '.join(names)} FROM ({request_rows.read(self.row_files)}) WHERE {where} ORDER BY ALL"
            return db.execute(told).fetchall()

    def sums(self) -> Counter[tuple[Any, ...]]:
        """Every fact of every day in force, added up by all that is no number."""
        with self.ledger.shelf.opened().facts("metered", YEARS) as db:
            if db is None:
                return Counter()
            kinds = {name: kind for name, kind, *_ in db.execute("DESCRIBE facts").fetchall() if name != "file"}
            numbers = [name for name, kind in kinds.items() if kind == "BIGINT" or kind.startswith("DECIMAL")]
            texts = [name for name in kinds if name not in numbers]
            summed = ", ".join(f"sum({name})" for name in numbers)
            return Counter(db.execute(f"SELECT {', '.join(texts)}, {summed} FROM facts GROUP BY ALL").fetchall())

    @property
    def days(self) -> list[str]:
        """The days of feeds whose sums are in force."""
        return sorted({f"{each.feed} {each.day}" for each in manifest(self.facts.engine).files})


@pytest.fixture
def calls(tmp_path: Path) -> Calls:
    return Calls(tmp_path)


@pytest.fixture
def house(calls: Calls) -> House:
    return calls


__all__ = ["NOW", "Calls", "call"]

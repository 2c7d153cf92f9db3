"""Made-up rows and series, the same for everybody who is measured: seeded, thirteen months long, ending on one day."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LAST = date(2026, 10, 31)
NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
DAYS = 395
_MODELS = ("gpt-5", "gpt-5-mini", "gpt-4o", "o3", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "text-embedding-3-large")
_TEAMS = ("search", "support", "marketing", "data", "ide-assist")
_CLASSES = ("uncached_input", "cache_read", "output")


def charges(file: Path, rows: int) -> Path:
    """*rows* lines of a FOCUS export: an AI bill by day, project, model and token class."""
    chance = random.Random(11)
    head = ("ChargePeriodStart", "ChargePeriodEnd", "BillingPeriodStart", "BillingPeriodEnd", "ProviderName",
            "BillingAccountId", "SubAccountId", "ServiceName", "ServiceCategory", "ChargeCategory",
            "ChargeDescription", "BilledCost", "EffectiveCost", "ListCost", "BillingCurrency", "x_model",
            "x_token_type", "x_tokens")  # fmt: skip
    return _written(file, head, (_charge(chance, _day(number, rows)) for number in range(rows)))


def requests(file: Path, rows: int) -> Path:
    """*rows* lines of a request log, without its content."""
    chance = random.Random(12)
    head = ("request_id", "ts_start", "provider", "model", "team", "app", "key", "input_tokens",
            "cached_input_tokens", "output_tokens", "status", "spend_usd")  # fmt: skip
    return _written(file, head, (_request(chance, number, _day(number, rows)) for number in range(rows)))


def _day(number: int, rows: int) -> date:
    return LAST - timedelta(days=DAYS - 1 - number * DAYS // rows)


def _charge(chance: random.Random, day: date) -> tuple[object, ...]:
    month = day.replace(day=1)
    after = (month + timedelta(days=32)).replace(day=1)
    model, kind, team = chance.choice(_MODELS), chance.choice(_CLASSES), chance.choice(_TEAMS)
    tokens, cost = chance.randrange(1000, 900_000), f"{chance.uniform(0.001, 9):.10f}"
    return (f"{day}T00:00:00Z", f"{day + timedelta(days=1)}T00:00:00Z", f"{month}T00:00:00Z", f"{after}T00:00:00Z",
            "OpenAI", "org-bench", team, "OpenAI API", "AI and Machine Learning", "Usage", f"{model}, {kind}",
            cost, cost, cost, "USD", model, kind, tokens)  # fmt: skip


def _request(chance: random.Random, number: int, day: date) -> tuple[object, ...]:
    team, tokens = chance.choice(_TEAMS), chance.randrange(50, 40_000)
    return (f"r{number}", f"{day}T{chance.randrange(24):02}:00:00Z", "openai", chance.choice(_MODELS), team,
            f"{team}-app", f"{team}-{chance.randrange(4)}", tokens, tokens // chance.randrange(1, 9),
            chance.randrange(1, 2_000), "success", f"{chance.uniform(0.0001, 0.2):.8f}")  # fmt: skip


def _written(file: Path, head: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> Path:
    with file.open("w", newline="") as out:
        sheet = csv.writer(out)
        sheet.writerow(head)
        sheet.writerows(rows)
    return file


@dataclass(frozen=True)
class Labelled:
    """Daily costs, shape (series, days), and what is truly odd in them: series, first and last day by number."""

    costs: NDArray[np.float64]
    events: tuple[tuple[int, int, int], ...]


def series(count: int, days: int = 224) -> Labelled:
    """*count* apps with a working week, noise and growth; every second one has a spike, a runaway or a jump."""
    chance = np.random.default_rng(13)
    week = np.array([1, 1, 1, 1, 1, 0.4, 0.4])[np.arange(days) % 7]
    level = chance.lognormal(4.5, 1, (count, 1)) * np.exp(np.outer(chance.normal(0, 0.002, count), np.arange(days)))
    costs = level * week * np.exp(chance.normal(0, 1, (count, days)) * chance.uniform(0.05, 0.4, (count, 1)))
    events = []
    for number in range(0, count, 2):
        start, length = int(chance.integers(70, days - 20)), int(chance.choice([1, 3, 14]))
        costs[number, start : start + length] *= chance.uniform(2.0, 6.0)
        events.append((number, start, start + length - 1))
    return Labelled(costs, tuple(events))

"""Brightwater, a made-up travel company: its apps, what they call, and what happened to them lately."""

import math
import random
from dataclasses import dataclass, replace
from datetime import date

PRICES = {  # USD per million tokens: input, cached input, cache write, output
    "claude-sonnet-4-5": (3.0, 0.3, 3.75, 15.0),
    "claude-haiku-4-5": (1.0, 0.1, 1.25, 5.0),
    "claude-opus-4-6": (5.0, 0.5, 6.25, 25.0),
    "gpt-5": (1.25, 0.125, 0.0, 10.0),
    "gpt-5-mini": (0.25, 0.025, 0.0, 2.0),
    "gpt-5-nano": (0.05, 0.005, 0.0, 0.4),
}
PROVIDERS = {"claude": "Anthropic", "gpt": "OpenAI"}


@dataclass(frozen=True)
class App:
    """One app: who owns it, what it calls how often, how big a call is, and what share of input is *cached*."""

    name: str
    team: str
    model: str
    key: str
    calls: int
    tokens_in: int
    tokens_out: int
    cached: float
    weekend: float = 0.45
    driver: str = ""
    drivers: int = 0
    route: str = "api"

    @property
    def provider(self) -> str:
        """Who is paid."""
        return "AWS" if self.route == "bedrock" else PROVIDERS[self.model.partition("-")[0]]


APPS = (
    App("search-prod", "search", "claude-sonnet-4-5", "search-prod", 900, 49_000, 7_500, 0.71, 0.8, "searches", 41_000),
    App(
        "support-prod",
        "support",
        "claude-sonnet-4-5",
        "support-prod",
        760,
        62_000,
        19_000,
        0.60,
        0.7,
        "tickets_solved",
        640,
    ),
    App("support-triage", "support", "gpt-5-mini", "support-triage", 700, 90_000, 22_000, 0.30, 0.7),
    App(
        "ide-assist",
        "ide-assist",
        "claude-opus-4-6",
        "ide-assist",
        420,
        260_000,
        26_000,
        0.86,
        0.15,
        "merged_changes",
        210,
    ),
    App("ide-review", "ide-assist", "gpt-5", "ide-review", 380, 180_000, 30_000, 0.55, 0.15),
    App("marketing-copy", "marketing", "gpt-5", "marketing", 260, 45_000, 42_000, 0.20, 0.3, "campaigns", 34),
    App(
        "booking-agent", "data", "claude-haiku-4-5", "booking-agent", 640, 120_000, 31_000, 0.65, 0.9, "bookings", 5_200
    ),
    App("analytics", "data", "claude-sonnet-4-5", "analytics", 300, 70_000, 16_000, 0.35, 0.3, route="bedrock"),
)
NEWCOMER = App("ci-batch", "data", "gpt-5-nano", "ci-batch", 640, 190_000, 36_000, 0.0, 1.0)
ORPHAN = App("booking-agent", "", "gpt-5-mini", "scratch-7", 120, 160_000, 40_000, 0.1, 1.0)
_GROWTH, _NOISE = 0.010, 0.04
SEARCH_DAYS, ORPHAN_DAYS, NEW_DAYS = 6, 14, 2


@dataclass(frozen=True)
class Use:
    """What an app used on a day: calls, and tokens by class."""

    app: App
    day: date
    calls: int
    fresh: int
    cached: int
    written: int
    out: int

    @property
    def tokens(self) -> dict[str, int]:
        """By the words that bills use."""
        return {"input": self.fresh, "cached_input": self.cached, "cache_write": self.written, "output": self.out}

    @property
    def costs(self) -> dict[str, float]:
        """USD by token class, at list price."""
        rates = dict(zip(("input", "cached_input", "cache_write", "output"), PRICES[self.app.model], strict=True))
        return {kind: count * rates[kind] / 1_000_000 for kind, count in self.tokens.items()}


def uses(day: date, now: date, seed: int) -> list[Use]:
    """What every app used on *day*, in the story that stands at *now*."""
    ago = (now - day).days
    apps = [_lately(app, ago) for app in APPS]
    apps += [NEWCOMER] if ago < NEW_DAYS else []
    apps += [ORPHAN] if ago < ORPHAN_DAYS else []
    return [_use(app, day, ago, seed) for app in apps]


def _lately(app: App, ago: int) -> App:
    if app.name == "search-prod" and ago < SEARCH_DAYS:
        total = (app.tokens_in + app.tokens_out) * 1.38
        return replace(app, tokens_in=round(total - app.tokens_out), cached=0.52)
    return app


def _use(app: App, day: date, ago: int, seed: int) -> Use:
    chance = random.Random(f"{seed}/{app.name}/{app.key}/{day}")  # noqa: S311 - a made-up company, not a secret
    week = app.weekend if day.weekday() >= 5 else 1.0
    grown = math.exp(_GROWTH * (day.toordinal() - date(2026, 11, 1).toordinal()) / 7)
    calls = round(app.calls * week * grown * math.exp(chance.gauss(0, _NOISE)))
    more = 3.4 if app.name == "support-prod" and ago == 0 else 1.0
    size = math.exp(chance.gauss(0, _NOISE / 2))
    tokens = round(calls * app.tokens_in * size)
    cached = round(tokens * app.cached * more)
    written = round(tokens * 0.04 * more) if app.provider != "OpenAI" else 0
    return Use(app, day, calls, round(tokens * more) - cached - written, cached, written,
               round(calls * app.tokens_out * size * more))  # fmt: skip


def driver_count(app: App, day: date, seed: int) -> int:
    """How many of the app's drivers were counted on *day*."""
    chance = random.Random(f"{seed}/{app.driver}/{day}")  # noqa: S311 - a made-up company, not a secret
    week = app.weekend if day.weekday() >= 5 else 1.0
    return round(app.drivers * week * math.exp(chance.gauss(0, _NOISE)))

"""Draws every kind of chart, with hard names and figures, on a light and a dark page: `python -m docs.charts`."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from matplotlib import image

from bot.charts import drawn
from finops.answers.shares import as_trend
from finops.question import HOURS, WEEKDAYS
from finops.report import Bars, Drawn, Heat, Line, Mark, Start, Trend
from finops.stamp import Finality, LedgerName, Stamp

FOLDER = Path(__file__).parent / "charts"
STAMP = Stamp(datetime(2026, 11, 24, 9, tzinfo=UTC), Finality.PROVISIONAL, LedgerName.BILLED, "USD")
DAYS = tuple(date(2026, 10, 25) + timedelta(days=n) for n in range(30))
NAMES = ("search", "support", "חיפוש ותמיכה", "🚀 growth", "data platform and evaluation", "ide-assist", "marketing")
_PAGES = {"light": (1.0, 1.0, 1.0), "dark": (0.10, 0.11, 0.13)}
_MARGIN = 12


def main() -> None:
    """Write a picture of each kind on each page."""
    FOLDER.mkdir(exist_ok=True)
    for name, part in kinds().items():
        chart = image.imread(io.BytesIO(drawn(part, STAMP)))[..., :3]
        small = (chart[::2, ::2] + chart[1::2, ::2] + chart[::2, 1::2] + chart[1::2, 1::2]) / 4
        for page, colour in _PAGES.items():
            image.imsave(FOLDER / f"{name}-{page}.png", _set_on(small, colour), pil_kwargs={"optimize": True})


def _set_on(chart: np.ndarray, colour: tuple[float, float, float]) -> np.ndarray:
    tall, wide, _ = chart.shape
    page = np.empty((tall + 2 * _MARGIN, wide + 2 * _MARGIN, 3), chart.dtype)
    page[:] = colour
    page[_MARGIN : _MARGIN + tall, _MARGIN : _MARGIN + wide] = chart
    return np.round(page * 255).astype(np.uint8)


def kinds() -> Mapping[str, Drawn]:
    """What is drawn, by the name of its file."""
    many = tuple((NAMES[n] if n < len(NAMES) else f"team-{n}", Decimal(20000) / (n + 1)) for n in range(1000))
    whole = sum((value for _, value in many), Decimal(0))
    lines = tuple(Line(f"team-{n}" if n >= len(NAMES) else NAMES[n], _walk(n, 900 / (n + 1))) for n in range(40))
    ahead = Line("at this pace", tuple(None if n < 20 else Decimal(n * 700) for n in range(30)), ahead=True)
    so_far = Line("spent", tuple(Decimal(n * 690 + n % 3 * 200) if n <= 20 else None for n in range(30)))
    band = tuple((Decimal(n * 600), Decimal(n * 800)) if n >= 20 else None for n in range(30))
    spike = Line("search", tuple(value * (3 if n == 22 else 1) for n, value in enumerate(_walk(3, 400))))
    return {
        "bars": Bars("search is 13 % of cost", many, "USD", about="Cost by team, October 2026", total=whole),
        "bars-before": Bars("search moved most", many[:5], "USD", {n: v / 2 for n, v in many[:5]}, "Cost by team"),
        "bars-negative": _bars("A credit", usage=900, nothing=0, credit=-400),
        **_waterfalls(),
        "heat": _heat(),
        "hours": _hours(),
        "line": Trend("search cost three times its usual", DAYS, (spike,), "USD", provisional_from=DAYS[28],
                      marks=(Mark(DAYS[22], "3.0 × usual", ring=True),)),
        "budget": Trend("Over budget on 14 November", DAYS, (so_far, ahead), "USD", band=band, limit=Decimal(14000),
                        about="Cost since 25 October", matters=("spent",),
                        marks=(Mark(DAYS[20], "runs out 14 Nov", ring=True),)),
        "stacked": Trend("Cost by day and team", DAYS, lines, "USD", stacked=True, provisional_from=DAYS[28]),
        "shares": Bars("search is 13 % of cost", tuple((name, value / whole * 100) for name, value in many), "%",
                       about="Share of cost by team, October 2026", total=Decimal(100), shares=True),
        "shares-by-month": _shares(),
        "stacked-negative": _credited(),
        "multiples": Trend("Cost by day and team", DAYS, lines, "USD", stacked=True, apart=True,
                           provisional_from=DAYS[28]),
        "one-point": Trend("Cost by day", DAYS[:1], (Line("search", (Decimal(12),)),), "USD"),
        "all-zero": Trend("Cost by day", DAYS, (Line("search", (Decimal(0),) * 30),), "USD"),
    }  # fmt: skip


def _shares() -> Trend:
    months = tuple(date(2026, month, 1) for month in range(6, 12))
    lines = tuple(Line(name, tuple(Decimal(90 - 9 * n + n * at * at) for at in range(6)))
                  for n, name in enumerate((*NAMES, "no team")))  # fmt: skip
    trend = Trend("Share of cost by month and team, June to November 2026", months, lines, "USD", stacked=True,
                  provisional_from=months[-1])  # fmt: skip
    return as_trend(trend, "month")


def _heat() -> Heat:
    chance = random.Random(7)  # noqa: S311 - made-up figures, not a secret
    level = {hour: 40 if 8 <= hour < 18 else 12 if hour < 22 else 3 for hour in range(24)}
    cells = tuple(tuple(Decimal(str(round(level[hour] * (1 if day < 5 else 0.2) * chance.uniform(0.5, 1.6), 2)))
                        for hour in range(24)) for day in range(7))  # fmt: skip
    return Heat(
        "Friday 14:00 is 2 % of cost",
        WEEKDAYS,
        HOURS,
        cells,
        "USD",
        "Cost by hour and weekday, 30 Oct to 28 Nov 2026, team:search",
    )


def _hours() -> Bars:
    heat = _heat()
    rows, whole = tuple(zip(HOURS, heat.column_totals, strict=True)), sum(heat.column_totals, Decimal(0))
    before = {name: value * Decimal("0.8") for name, value in rows}
    about = "Cost by hour, October 2026, team:search"
    return Bars("15:00 is 9 % of cost", rows, "USD", before, about, whole, ordered=True)


def _credited() -> Trend:
    months = tuple(date(2026, month, 1) for month in range(6, 12))
    hard = ("a-service-with-a-very-long-name-for-customers-in-eu-central-1", "🚀🚀", "WWWWWWWWWWWWWWWWWWWWWWWW",
            "a-service-with-a-very-long-name-for-customers-in-us-east-1", "فريق البحث")  # fmt: skip
    lines = tuple(Line(name, tuple(Decimal(-40 if n == at == 3 else 90 + 9 * n) for at in range(6)))
                  for n, name in enumerate(hard))  # fmt: skip
    return Trend("Cost by month and team, with a credit", months, lines, "USD", stacked=True, about="USD a month",
                 provisional_from=months[-1])  # fmt: skip


def _waterfalls() -> Mapping[str, Bars]:
    small = (("price", "-0.0168"), ("tokens per request", "0.0632"), ("requests per ticket", "0.0295"))
    steps = tuple((name, Decimal(value)) for name, value in small)
    start = Start("25 Dec 2025 to 23 Jan 2026", Decimal("0.4213"), "24 Jan to 22 Feb 2026")
    down = _bars("Volume lowered cost most", volume=-900, mix=0, price=50, fees=-120)
    return {
        "waterfall": Bars("Tokens per request raised it most", steps, "USD", about="Cost per ticket", start=start),
        "waterfall-negative": replace(down, start=Start("September 2026", Decimal(500), "October 2026")),
    }


def _bars(title: str, **values: int) -> Bars:
    return Bars(title, tuple((name, Decimal(value)) for name, value in values.items()), "USD", about="Cost")


def _walk(seed: int, level: float) -> tuple[Decimal, ...]:
    chance = random.Random(seed)  # noqa: S311 - made-up figures, not a secret
    weekly = (1.0, 1.1, 1.1, 1.05, 1.0, 0.4, 0.35)
    return tuple(Decimal(str(round(level * weekly[day.weekday()] * chance.uniform(0.85, 1.2), 2))) for day in DAYS)


if __name__ == "__main__":
    main()

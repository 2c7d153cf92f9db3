"""`python -m bench.answering HOME`: from a slash command to its chart, stage by stage, in a large company.

HOME keeps the company (a minute's work and 400 MB), so that it is made once."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from bench.measured import Table, Timed, timed
from bench.workspace import Heard, Workspace, running
from bench.years import DAYS, FINANCE, FIONA, MODELS, TEAMS, company, forgotten
from bot.charts import drawn
from bot.render import render
from bot.wiring import House, now
from finops.desk import Ask
from finops.people import Member, Place
from finops.report import Bars, Trend
from finops.telling import asked, told

APART = "small multiples"
KINDS: Mapping[str, tuple[str, ...]] = {
    "by one dimension": (
        *(f"cost by team last {days}d" for days in (30, 60, 90, 365)),
        *(f"cost by model last 30d team:team-{number:03}" for number in (1, 2, 3, 4)),
        *(f"cost by {each} last 30d" for each in ("app", "provider", "token_class", "model")),
    ),
    "by day": (
        *(f"cost by day last {days}d" for days in (30, 90, 365)),
        *(f"cost by day last 30d team:team-{number:03}" for number in (5, 6, 7)),
        "tokens by week last 365d",
        "cost by month last 700d",
    ),
    "top 10": tuple(f"cost by team last 30d top 10 model:model-{number:02}" for number in range(4)),
    "versus": (
        "cost by team last 30d vs previous",
        "cost by model last 30d vs last year",
        "cost by app last 7d vs previous",
        "cost by provider mtd vs last month",
        "cost by team mtd vs budget",
    ),
    "cumulative": ("cost mtd cumulative", "cost qtd cumulative", "cost last 365d cumulative", "tokens mtd cumulative"),
    "kpi": (
        "kpi cost_per_million_tokens by model last 30d",
        "kpi cost_per_million_tokens by team last 30d",
        "kpi cache_hit_rate by model last 90d",
        "kpi effective_input_price by provider last 30d",
        "kpi cost_per_million_tokens by day last 30d",
    ),
    "why": (
        "why cost by model last 30d",
        "why cost by team last 30d",
        "why cost by app last 90d",
        "why cost by model last 30d team:team-001",
    ),
    "as one would say it": (
        "how much did team-008 spend on model-03 last week",
        "which team spent the most last month",
        "spend by provider this quarter",
        "what did we spend yesterday by model",
    ),
    "forecast": ("forecast", "forecast quarter", "forecast team:team-010", "forecast by model"),
    "budget": ("budget", "budget team-010", "budget team-020"),
    APART: tuple(f"cost by {each} by day last {days}d" for each in ("team", "model", "provider") for days in (14, 60)),
}


def main() -> None:
    """Make the company if need be, ask everything, print what it took."""
    parser = argparse.ArgumentParser(prog="python -m bench.answering", description=__doc__)
    parser.add_argument("home", type=Path, help="the folder that keeps the company")
    parser.add_argument("--runs", type=int, default=1, help="how often all is asked, by a bot started anew")
    told = parser.parse_args()
    house = company(told.home, now, DAYS, TEAMS, MODELS)
    for _ in range(told.runs):
        for table in tables(house, KINDS):
            print(f"{table}\n", flush=True)


def tables(house: House, kinds: Mapping[str, Sequence[str]]) -> Iterator[Table]:
    """What a bot over the home of *house* takes for all of *kinds*: right after its start, stage by stage, by kind, and
    what of that is spent where, told by *house* itself."""
    forgotten(house)
    with TemporaryDirectory() as folder, running(house.settings.home, Path(folder)) as workspace:
        yield _cold(workspace)
        heard = {kind: [workspace.types(words) for words in every] for kind, every in kinds.items()}
    plain = [each for kind, every in heard.items() if kind != APART for each in every]
    yield _stages(plain)
    yield _by_kind(heard)
    yield reckoned(house, kinds)
    yield _inside(house, [words for every in kinds.values() for words in every if words.startswith("cost ")])


def _cold(workspace: Workspace) -> Table:
    first = [workspace.types(f"cost by model last {days}d") for days in (29, 28)]
    rows = (Timed(name, (each.said - each.sent,)) for name, each in zip(("first", "second"), first, strict=True))
    return Table("Right after the start", tuple(rows), ratios=False)


def _stages(heard: Sequence[Heard]) -> Table:
    drawn = [each for each in heard if each.uploads]
    rows = (
        _timed("acknowledged", [each.acknowledged - each.sent for each in heard], "goal 100 ms"),
        _timed("text in place", [each.said - each.sent for each in heard], "goal 300 ms"),
        _timed("chart drawn", [_after(each, each.uploads) for each in drawn]),
        _timed("chart uploaded", [_after(each, each.uploaded) for each in drawn]),
        _timed("chart looked at by Slack", [_after(each, each.known) for each in drawn]),
        _timed("chart in place", [_after(each, each.charted) for each in drawn], "goal 800 ms"),
    )
    title = f"From `/finops …` typed, {len(heard)} commands, {len(drawn)} with a chart that Slack had not seen"
    return Table(title, rows, ratios=False)


def _by_kind(heard: Mapping[str, Sequence[Heard]]) -> Table:
    rows: list[Timed] = []
    for kind, every in heard.items():
        rows.append(_timed(f"{kind}: text", [each.said - each.sent for each in every]))
        charted = [_after(each, each.charted) for each in every if each.uploads]
        rows += [_timed(f"{kind}: chart", charted)] if charted else []
    return Table("By kind", tuple(rows), ratios=False)


def reckoned(house: House, kinds: Mapping[str, Sequence[str]]) -> Table:
    """What each command takes of the processors, from its words to its report, each asked for the first time: other
    work on the machine moves that less than the time that goes by."""
    house.ledger.shelf.close()
    asking, who = house.asking(), (Member(FIONA), Place(FINANCE))
    rows = [timed("what is known", house.ledger.known, clock=process_time)[0]]
    for kind, every in kinds.items():
        times = (timed(kind, partial(asking.typed, words, *who), clock=process_time)[0] for words in every)
        rows.append(_timed(kind, [seconds for each in times for seconds in each.seconds]))
    return Table("Of that, in the bot: from words to a report, processor time", tuple(rows), ratios=False)


def _inside(house: House, every: Sequence[str]) -> Table:
    """The same questions, each asked for the first time, without Slack."""
    house.ledger.shelf.close()
    ask = house.asking().ask(Member(FIONA), Place(FINANCE))
    ask.desk.ledger.known()
    stages: dict[str, list[float]] = {}
    for words in every:
        for stage in _staged(ask, words.removeprefix("cost ")):
            stages.setdefault(stage.name, []).extend(stage.seconds)
    whole = sum(map(sum, stages.values()))
    rows = tuple(_timed(name, seconds, f"{sum(seconds) / whole:.0%}") for name, seconds in stages.items())
    return Table(f"Of that, in the bot: {len(every)} questions of cost", rows, ratios=False)


def _staged(ask: Ask, words: str) -> Iterator[Timed]:
    time, this = timed("understood", lambda: asked(ask, words, "cost"))
    yield time
    yield timed("asked the ledger", lambda: ask.desk.ledger.answer(this.question))[0]
    time, report = timed("said as a report", lambda: told(ask, this))
    yield time
    yield timed("rendered", lambda: render(report, "UTC", {}))[0]
    for part in report.parts:
        if isinstance(part, Bars | Trend):
            yield timed("drawn", partial(drawn, part, report.stamp))[0]


def _after(heard: Heard, at: float | None) -> float:
    assert at is not None, heard
    return at - heard.sent


def _timed(name: str, seconds: Sequence[float], note: str = "") -> Timed:
    return Timed(name, tuple(seconds), note)


if __name__ == "__main__":
    main()

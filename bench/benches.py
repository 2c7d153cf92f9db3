"""The benches: taking files in, a question, a slash command in its stages, drawing, the detector, and the forecast."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from bench import forecasting
from bench.detecting import OURS, RULES, score
from bench.drawing import drawing
from bench.generated import DAYS, LAST, NOW, charges, requests, series
from bench.measured import Size, Table, Timed, alike, timed
from bench.peers import loaded, summing
from bot.charts import drawn
from bot.render import Picture, render
from bot.settings import Settings
from bot.wiring import House, built
from commands.cost import cost
from finops.ask import question
from finops.batch import Batch, Delivery
from finops.command import Words
from finops.people import Member, Place
from finops.period import Period
from finops.question import Dimension, Measure, Question
from finops.report import Bars, Trend
from sources.focus import Focus
from sources.requests import Requests

_PERIOD = Period(LAST - timedelta(days=DAYS - 1), LAST + timedelta(days=1))
_BY_MODEL = Question((Measure.COST,), _PERIOD, by=(Dimension.MODEL,))
_WORDS = "by model 2026-09 vs previous"
_WHO = (Member("U1"), Place("C1"))


def tables(folder: Path, size: Size) -> Iterator[Table]:
    """Every bench in turn; AssertionError if those who answer the same question differ."""
    bill, log = charges(folder / "charges.csv", size.rows), requests(folder / "requests.csv", size.rows)
    home = built(Settings(home=folder / "home"), clock=lambda: NOW)
    yield _taken(home, bill, Focus().batch((bill,)), "EffectiveCost", ("ChargePeriodStart", "x_model"), size)
    fresh = built(Settings(home=folder / "other"), clock=lambda: NOW)
    yield _taken(fresh, log, Requests().batch((log,)), "spend_usd", ("model", "team"), size)
    yield _asked(home, bill, folder / "peer.sqlite", size)
    yield _stages(home, size)
    yield drawing(size.runs)
    yield detected(size)
    yield forecast(size)


def _taken(house: House, file: Path, batch: Batch, column: str, by: tuple[str, ...], size: Size) -> Table:
    def publish() -> Delivery:
        return house.facts.publish(batch, NOW)

    ours, delivery = timed("Tuppence", publish, note="checks, prices, keeps, seals; exact")
    assert (delivery.kept, delivery.quarantined) == (size.rows, 0), delivery
    peers = [timed(name, lambda work=work: work(file, column, by)) for name, work in summing().items()]  # type: ignore[misc]
    alike([found for _, found in peers])
    return Table(f"Take in {size.rows:,} rows of {file.name} ({file.stat().st_size / 1e6:.0f} MB); peers only sum",
                 (ours, *(each for each, _ in peers)))  # fmt: skip


def _asked(house: House, file: Path, beside: Path, size: Size) -> Table:
    db = loaded(file, beside)
    duck = summing()["DuckDB, DECIMAL"]
    rows = [timed("Tuppence, anew", lambda: _answered(_anew(house), _BY_MODEL), size.runs, "exact, with its stamp"),
            timed("Tuppence, asked again", lambda: _answered(house, _BY_MODEL), size.runs, "until new facts come"),
            timed("DuckDB over the CSV", lambda: duck(file, "EffectiveCost", ("x_model",)), size.runs),
            timed("sqlite, GROUP BY", lambda: _sqlite(db), size.runs, "loaded before")]  # fmt: skip
    db.close()
    alike([found for _, found in rows])
    return Table(f"Ask: cost by model over 13 months of {size.rows:,} rows", tuple(each for each, _ in rows))


def _anew(house: House) -> House:
    """The same house, remembering nothing: its manifest is read and its files are opened as after a new delivery."""
    house.ledger.shelf.close()
    return house


def _answered(house: House, asked: Question) -> float:
    return float(house.ledger.answer(asked).total[Measure.COST])


def _sqlite(db: sqlite3.Connection) -> float:
    return float(sum(row[1] for row in db.execute("SELECT model, sum(cost) FROM charges GROUP BY model")) / 1e10)


def _stages(house: House, size: Size) -> Table:
    """`/finops cost by model … vs previous`, from its words to its picture."""
    ledger, today = house.ledger, NOW.date()
    ask = house.asking().ask(*_WHO)
    asked = question(_WORDS, (Measure.COST,), ledger.known(), today, example="cost")
    report = cost.run(ask, Words(words=_WORDS))
    [chart] = [part for part in report.parts if isinstance(part, Bars | Trend)]
    pictures = {n: Picture("F1", "alt") for n, part in enumerate(report.parts) if part is chart}
    stages: Mapping[str, Callable[[], object]] = {
        "read the words, anew": lambda: question(
            _WORDS, (Measure.COST,), _anew(house).ledger.known(), today, example="cost"
        ),
        "answer, anew": lambda: _anew(house).ledger.answer(asked),
        "both and a report, anew": lambda: cost.run(_anew(house).asking().ask(*_WHO), Words(words=_WORDS)),
        "both and a report, asked again": lambda: cost.run(ask, Words(words=_WORDS)),
        "render the blocks": lambda: render(report, "UTC", pictures),
        "draw the chart": lambda: drawn(chart, report.stamp),
    }
    rows = tuple(timed(name, work, size.runs)[0] for name, work in stages.items())
    return Table(f"By stage: cost {_WORDS}", rows, ratios=False)


def detected(size: Size) -> Table:
    """The detector and public rules over the same labelled series."""
    labelled = series(size.series)
    rows: list[Timed] = []
    for name, rule in {"Tuppence": OURS, **RULES}.items():
        time, alerts = timed(name, lambda rule=rule: rule(labelled.costs))  # type: ignore[misc]
        rows.append(Timed(name, time.seconds, str(score(alerts, labelled.events))))
    return Table(f"Detect: {len(labelled.events)} events in {size.series} made-up series of "
                 f"{labelled.costs.shape[1]} days", tuple(rows))  # fmt: skip


def forecast(size: Size) -> Table:
    """The forecast and plain ones over the same series: the error of each, and as a ratio to ours."""
    costs = series(size.series).costs
    covered, first, rows = forecasting.coverage(costs), forecasting.wape(forecasting.ours, costs), list[Timed]()
    for name, rule in {"Tuppence": forecasting.ours, **forecasting.PEERS}.items():
        time, off = timed(name, lambda rule=rule: forecasting.wape(rule, costs))  # type: ignore[misc]
        note = f", {covered:.0%} within the band of 80 %" if name == "Tuppence" else f", {off / first:.2f}× of ours"
        rows.append(Timed(name, time.seconds, f"WAPE {off:.1%}{note}"))
    return Table(f"Forecast: 7, 15 and 28 days ahead in {size.series} made-up series", tuple(rows))

"""A real Prometheus, with a history of GPUs: gaps, NaN, a node that vanishes, a counter that starts over."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from finops.batch import Batch
from finops.errors import SourceChanged
from finops.period import Period, midnight
from finops.question import Dimension, Grain, Measure, Question
from sources.prometheus import Prometheus
from tests.children import ending
from tests.storage.facts.conftest import House

MONDAY, TUESDAY = date(2024, 3, 4), date(2024, 3, 5)
BOTH = Period(MONDAY, date(2024, 3, 6))
SETTINGS: dict[str, Any] = {
    "gpus": {"H100": {"price": 44640, "months": 48, "opex": 62}},  # 30 + 2 a day of March
    "power": {"price": "0.25", "pue": "1.2"},
    "drivers": {"tickets": "sum by (team) (increase(tickets_total[1d]))"},
}
MINUTE, HOUR, DAY = 60, 3_600, 86_400
_LISTENS = re.compile(r'msg="Listening on".* address=\S*?:(\d+)')


def _lines(family: str, labels: str, samples: Iterator[tuple[int, object]]) -> list[str]:
    start = int(midnight(MONDAY).timestamp())
    return [f"{family}{{{labels}}} {value} {start + at}" for at, value in samples]


def _minutes(begins: int, ends: int) -> range:
    """The minutes from one hour to another; history has no mark where a series ends, so it is seen 5 minutes longer."""
    return range(begins * HOUR, ends * HOUR - 5 * MINUTE, MINUTE)


def _history() -> str:
    """Two days: GPU-a is held by search from 6 to 18 o'clock of Monday and idle else; GPU-b vanishes at Monday noon."""
    a, b = 'UUID="GPU-a",Hostname="n1",modelName="H100"', 'UUID="GPU-b",Hostname="n2",modelName="H100"'
    held = f'{a},namespace="ml",team="search",pod="ranker-0"'
    free, mine = [*_minutes(0, 6), *_minutes(18, 48)], _minutes(6, 18)
    util = [
        *_lines("DCGM_FI_DEV_GPU_UTIL", a, ((at, 0) for at in free)),
        *_lines("DCGM_FI_DEV_GPU_UTIL", held, ((at, "NaN" if at < 8 * HOUR else 75) for at in mine)),
        *_lines("DCGM_FI_DEV_GPU_UTIL", b, ((at, 100) for at in _minutes(0, 12))),
    ]
    watts = _lines("DCGM_FI_DEV_POWER_USAGE", held, ((at, 600) for at in mine))
    solved = _lines("tickets_total", 'team="support"', ((at, at // HOUR if at < DAY else (at - DAY) // HOUR * 2)
                                                        for at in range(0, 2 * DAY + 1, 5 * MINUTE)))  # fmt: skip
    said = ["# TYPE DCGM_FI_DEV_GPU_UTIL gauge", *util, "# TYPE DCGM_FI_DEV_POWER_USAGE gauge", *watts,
            "# TYPE tickets counter", *solved, "# EOF"]  # fmt: skip
    return "\n".join(said) + "\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prometheus of our own, on a port that the system chooses, with the history in it."""
    if not shutil.which("prometheus") or not shutil.which("promtool"):
        pytest.skip("NO PROMETHEUS IS INSTALLED: the source is tested on recorded answers only")
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "history").write_text(_history())
    (folder / "prometheus.yml").write_text("scrape_configs: []\n")
    subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "-q", folder / "history", folder / "data"],
                   check=True, capture_output=True, timeout=60)  # fmt: skip
    arguments = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                 "--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:0"]  # fmt: skip
    with ending(subprocess.Popen(["prometheus", *arguments], stderr=subprocess.PIPE, text=True)) as server:
        said, found = "", None
        for said in server.stderr or ():
            if found := _LISTENS.search(said):
                break
        if not found:
            pytest.fail(f"Prometheus did not start: {said}")
        yield f"http://127.0.0.1:{found[1]}"


def _published(address: str, house: House, into: Path) -> None:
    source = Prometheus(base_url=address, **SETTINGS)
    for batch in source.fetch(source.web(), BOTH, into):
        assert house.publish(batch).quarantined == 0


def _sums(house: House, measure: Measure, *by: Dimension, grain: Grain | None = None) -> dict[Any, Decimal]:
    rows = house.ledger.answer(Question((measure,), BOTH, by, grain=grain)).rows
    return {(*(row.key[each] for each in by), *([row.day] if grain else [])): row.values[measure] for row in rows}


def test_gpus_cost_their_card_and_idle_is_told_apart(address: str, house: House, tmp_path: Path) -> None:
    _published(address, house, tmp_path / "pages")
    power = Decimal("2.16")  # 12 hours × 600 W × 1.2 × 0.25 a kWh
    assert _sums(house, Measure.COST, Dimension.ACCOUNT, grain=Grain.DAY) == {
        ("n1", MONDAY): 32 + power,
        ("n2", MONDAY): 32,
        ("n1", TUESDAY): 32,  # n2 has vanished
    }
    told = _sums(house, Measure.COST, Dimension.SERVICE, Dimension.TEAM)
    assert told["GPU", "search"] == 10 + power * Decimal("0.625")  # 10 hours at 75 %; two hours were not measured
    assert told["Idle GPU", "search"] == 6 + power * Decimal("0.375")
    assert told["GPU", ""] == 16  # n2, before it vanished
    assert sum(told.values()) == 96 + power


def test_a_counter_that_starts_over_counts_on(address: str, house: House, tmp_path: Path) -> None:
    _published(address, house, tmp_path / "pages")
    counts = _sums(house, Measure.DRIVERS, Dimension.TEAM, grain=Grain.DAY)
    assert counts == {("support", MONDAY): 23, ("support", TUESDAY): 48}


def test_a_query_with_a_slip_is_refused_by_name(address: str, tmp_path: Path) -> None:
    source = Prometheus(base_url=address, drivers={"orders": "sum(increase(orders_total[1d])"})
    given: list[Batch] = []
    with pytest.raises(SourceChanged, match="driver orders"):
        given.extend(source.fetch(source.web(), BOTH, tmp_path))
    assert given == []

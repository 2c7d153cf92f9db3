"""Every bench runs, on little; how long it takes is nobody's business here."""

from pathlib import Path
from subprocess import CalledProcessError

import numpy as np
import pytest

from bench.benches import tables
from bench.detecting import Score, score
from bench.forecasting import wape
from bench.measured import Size, Table, Timed, alike
from bench.memory import log, peak


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> list[Table]:
    return list(tables(tmp_path_factory.mktemp("bench"), Size(rows=400, runs=1, series=6)))


def test_every_comparison_has_tuppence_first_and_somebody_beside(measured: list[Table]) -> None:
    compared = [table for table in measured if table.ratios]
    assert len(compared) == 5
    assert all(table.rows[0].name.startswith("Tuppence") and len(table.rows) > 2 for table in compared)


def test_the_stages_of_a_slash_command_go_from_words_to_chart(measured: list[Table]) -> None:
    stages, _ = [table for table in measured if not table.ratios]
    assert (stages.rows[0].name, stages.rows[-1].name) == ("read the words, anew", "draw the chart")


def test_each_kind_of_chart_is_drawn_beside_matplotlib_where_that_has_a_call_for_it(measured: list[Table]) -> None:
    [drawn] = [table for table in measured if table.title.startswith("Draw")]
    peers = {row.name for row in drawn.rows if "matplotlib" in row.note}
    assert peers == {"bars", "line", "stacked", "shares", "shares-by-month", "heat"}
    assert {row.name for row in drawn.rows} - peers == {"waterfall", "budget", "multiples"}


def test_an_exact_forecast_has_no_error_and_a_double_one_has_one_whole() -> None:
    flat = np.full((2, 160), 3.0)
    assert wape(lambda past, count: past[:, 0] * count, flat) == 0
    assert wape(lambda past, count: past[:, 0] * count * 2, flat) == 1


def test_ratios_are_to_the_first_row() -> None:
    said = str(Table("Race", (Timed("Tuppence", (2.0, 2.0)), Timed("hare", (1.0, 1.0), "sleeps"))))
    assert said.splitlines()[-1].split() == ["hare", "1000.0", "1000.0", "0.50×", "sleeps"]


def test_those_who_differ_are_not_compared() -> None:
    alike([1.0, 1.0 + 1e-12])
    with pytest.raises(AssertionError, match="differ"):
        alike([1.0, 1.1])


def test_an_alert_tells_an_event_of_its_own_series_and_days_only() -> None:
    assert score({(0, 10), (0, 50), (1, 10)}, [(0, 10, 12), (2, 10, 12)]) == Score(1 / 3, 1 / 2)


def test_the_memory_of_a_process_is_told_and_its_failure_too(tmp_path: Path) -> None:
    file = log(tmp_path / "calls.csv.gz", 10)
    assert peak("text = 'x' * 300_000_000; print({file!r})", file) > 286
    with pytest.raises(CalledProcessError):
        peak("raise SystemExit(3)", file)

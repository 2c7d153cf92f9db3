"""However a log is cut into imports, in whatever order, it comes to the same in every sum.

Run with `--hypothesis-profile thousand` the property is tried on 1,000 logs of up to 60 calls, in up to 24 parts."""

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from storage.database import database
from tests.storage.ingest.conftest import Calls, call

MANY = settings.default is not None and settings.default.max_examples >= 1000
EXAMPLES, MOST_PARTS = (1000, 24) if MANY else (5, 4)
"""Each example holds as many calls as 40 small ones, for an import takes as long for one row as for a hundred."""
SOURCES = ("csv", "litellm", "otel")
Told = tuple[str, dict[str, Any]]


def tellings(random: Random) -> list[Told]:
    """What three sources tell of calls around midnight: of some two or three of them tell, some they tell twice, each
    with all of its ids or few of them, and some share an answer or a span with another call."""
    told: list[Told] = []
    for n in range(random.randint(1, 60)):
        at = f"2026-11-{random.choice(['02T23:5', '03T00:0'])}{random.randint(0, 9)}:{n:02}Z"
        for source in random.sample(SOURCES, random.choice([1, 1, 2, 3])):
            row = call(f"c{n}", at, model=random.choice(["gpt-4o", "gpt-4o", "in-house"]), trace_id="t",
                       spend=random.choice(["", "0.25", "3"]), team=random.choice(["", "search", "lab"]),
                       input_tokens=random.randint(0, 50), latency_ms=random.choice(["", "0", "90"]))  # fmt: skip
            near = str(max(n - random.choice([0, 0, 0, 1]), 0))
            ids = {"response_id": f"r{near}", "span_id": f"s{near}"}
            row |= {name: id for name, id in ids.items() if random.random() < 0.4}
            told += [(source, row)] * random.choice([1, 1, 1, 2])
    return told


def imports(told: list[Told], random: Random) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """*told* cut by row into some parts, each an import of one source, in any order."""
    parts = random.randint(1, MOST_PARTS)
    cut: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for source, row in random.sample(told, len(told)):
        cut.setdefault((random.randrange(parts), source), []).append(row)
    order = list(cut)
    random.shuffle(order)
    return ((source, cut[part, source]) for part, source in order)


@pytest.mark.timeout(36_000 if MANY else 600)
@settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.generate])
@given(st.integers(0, 2**32))
def test_any_split_in_any_order_equals_the_whole_in_every_sum(seed: int) -> None:
    random = Random(seed)
    told = tellings(random)
    with TemporaryDirectory() as folder:
        whole, pieces = (Calls(home) for home in homes(folder))
        for source in SOURCES:
            if rows := [row for name, row in told if name == source]:
                whole.tell(source, *rows)
        for source, rows in imports(told, random):
            pieces.tell(source, *rows)
        assert pieces.sums() == whole.sums()
        before = pieces.sums(), pieces.row_files
        for source in SOURCES:
            if rows := [row for name, row in told if name == source]:
                assert pieces.tell(source, *random.sample(rows, len(rows))).changed == 0
        assert (pieces.sums(), pieces.row_files) == before
        for each in (whole, pieces):
            each.facts.engine.dispose()


def homes(folder: str) -> Iterator[Path]:
    for name in ("whole", "pieces"):
        home = Path(folder) / name
        home.mkdir()
        yield home


LOG = [call(f"c{n}", f"2026-11-{1 + n // 24:02}T{n % 24:02}:00:00Z", spend=str(Decimal(n) / 8), team=("a", "b")[n % 2])
       for n in range(72)]  # fmt: skip


@pytest.mark.parametrize(
    "parts",
    [[LOG[:36], LOG[36:]], [LOG[n::24] for n in range(24)], [LOG[n : n + 24] for n in (48, 0, 24)]],
    ids=["by time", "by hour", "by day"],
)
def test_a_log_in_parts_is_the_log(calls: Calls, parts: list[list[dict[str, Any]]]) -> None:
    calls.tell("litellm", *LOG)
    other = calls.another("parts")
    for part in parts:
        assert other.tell("litellm", *part).changes.added.rows == len(part)
    assert other.sums() == calls.sums()


IMPORT = """
import sys
from pathlib import Path
from tests.storage.ingest.conftest import Calls
from tests.storage.ingest.test_splits import LOG
calls = Calls(Path(sys.argv[1]))
calls.files = 100 * int(sys.argv[2])
for part in (LOG[:40], LOG[30:]):
    calls.tell("litellm", *part)
"""


def test_two_processes_at_once_are_the_log(calls: Calls) -> None:
    other = calls.another("at-once")
    database(f"sqlite:///{other.home}/state.sqlite").dispose()
    code = [sys.executable, "-c", IMPORT, str(other.home)]
    started = [subprocess.Popen([*code, str(n)], stderr=subprocess.PIPE, cwd=Path(__file__).parents[3]) for n in (1, 2)]
    assert [process.communicate(timeout=120)[1] for process in started] == [b"", b""]
    calls.tell("litellm", *LOG)
    assert other.sums() == calls.sums()
    before = other.row_files
    assert other.tell("litellm", *LOG).changed == 0
    assert other.row_files == before

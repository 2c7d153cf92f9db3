"""What is measured: a time, beside whom, and how it is printed; ratios are to Tuppence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

Found = TypeVar("Found")


@dataclass(frozen=True)
class Size:
    """How much is done: lines of each file, repetitions, series."""

    rows: int
    runs: int
    series: int


@dataclass(frozen=True)
class Timed:
    """How often *name* took how many seconds, and what else there is to say."""

    name: str
    seconds: tuple[float, ...]
    note: str = ""

    def at(self, share: float) -> float:
        """The time that *share* of the runs did not exceed."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


@dataclass(frozen=True)
class Used:
    """Processor time in seconds and the largest resident memory in MB of one process."""

    seconds: float
    megabytes: int


def used_by(code: str, *words: str) -> Used:
    """What a Python of its own took that ran *code* with *words*; CalledProcessError if it failed."""
    process = subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "python -c …")
    return Used(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


@dataclass(frozen=True)
class Table:
    """One comparison; its first row is Tuppence, or the first stage of something."""

    title: str
    rows: tuple[Timed, ...]
    ratios: bool = True

    def __str__(self) -> str:
        lines = [("", "p50 ms", "p95 ms", "ratio" if self.ratios else "", "")]
        lines += [(each.name, f"{each.at(0.5) * 1000:.1f}", f"{each.at(0.95) * 1000:.1f}", self._ratio(each), each.note)
                  for each in self.rows]  # fmt: skip
        width = [max(len(line[n]) for line in lines) for n in range(4)]
        said = [f"  {a:<{width[0]}}  {b:>{width[1]}}  {c:>{width[2]}}  {d:>{width[3]}}  {e}" for a, b, c, d, e in lines]
        return "\n".join([self.title, *(line.rstrip() for line in said)])

    def _ratio(self, each: Timed) -> str:
        return f"{each.at(0.5) / self.rows[0].at(0.5):.2f}×" if self.ratios else ""


def timed(
    name: str, work: Callable[[], Found], runs: int = 1, note: str = "", clock: Callable[[], float] = perf_counter
) -> tuple[Timed, Found]:
    """How long *work* takes in each of *runs* by *clock*, and what it found in the last one."""
    seconds = []
    for _ in range(runs):
        begun = clock()
        found = work()
        seconds.append(clock() - begun)
    return Timed(name, tuple(seconds), note), found


def alike(found: Sequence[float]) -> None:
    """AssertionError if those who did the same work did not find the same."""
    first = found[0]
    assert all(abs(each - first) <= abs(first) * 1e-9 for each in found), f"the answers differ: {found}"

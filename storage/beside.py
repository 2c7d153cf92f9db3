"""Beside: what lies beside a file of facts and goes along with it: the hours of its days, and its coarse sums."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from storage import coarse, hours

LATENCY = ".latency"
"""What the name of a file of histograms, how long calls took, has more than that of the facts of its days."""
_SUFFIXES = (hours.SUFFIX, coarse.SUFFIX, coarse.SOME, LATENCY)


def facts_of(file: Path) -> str:
    """The name of the facts that *file* is, or lies beside."""
    return next((file.name.removesuffix(each) for each in _SUFFIXES if file.name.endswith(each)), file.name)


def every(facts: Path) -> Iterator[Path]:
    """Where each of what can lie beside the file of *facts* would be."""
    return (facts.with_name(f"{facts.name}{each}") for each in _SUFFIXES)


def drop(facts: Path) -> None:
    """Forget what lies beside the file of *facts*."""
    for each in every(facts):
        each.unlink(missing_ok=True)


def move(facts: Path, to: Path) -> None:
    """What lies beside *facts* goes along when that file is called *to*."""
    for now, then in zip(every(facts), every(to), strict=True):
        if now.exists():
            now.replace(then)

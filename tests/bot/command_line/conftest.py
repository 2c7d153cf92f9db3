"""The command line as people type it, on a home of its own, and small files to import."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main

SAMPLE = Path(__file__).parents[2] / "fixtures" / "focus10_sample.csv"
SHARED = Path(__file__).parents[3] / "../shared/data"
HEAD = "ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ChargeCategory,BilledCost,EffectiveCost,\
BillingCurrency,Tags,x_tokens,x_note\n"
NAMES = HEAD.strip().split(",")


def charge(**cells: str) -> str:
    """A line of a FOCUS file, with *cells* in place of the usual."""
    usual = ["2026-11-01", "Acme", "a1", "Chat", "Usage", "1.5", "1.25", "USD", '"{""team"": ""search""}"', "5", ""]
    return ",".join((dict(zip(NAMES, usual, strict=True)) | cells).values()) + "\n"


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    error: str


@dataclass(frozen=True)
class Terminal:
    """Types commands for one home."""

    home: Path

    def __call__(self, *words: str | Path, **env: str) -> Said:
        done = CliRunner().invoke(main, ["--home", str(self.home), *map(str, words)], env=dict(env))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        told = [line for line in done.stderr.splitlines() if " INFO " not in line]
        return Said(done.exit_code, done.stdout.strip(), "\n".join(told))

    def configured(self, text: str) -> None:
        """Write *text* as the home's config.yaml."""
        self.home.mkdir(exist_ok=True)
        (self.home / "config.yaml").write_text(text)


@pytest.fixture
def tuppence(tmp_path: Path) -> Iterator[Terminal]:
    handlers, level = list(logging.root.handlers), logging.root.level
    yield Terminal(tmp_path / "home")
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def counted(line: str) -> tuple[int, ...]:
    """The rows that an import says it read, added, replaced, left unchanged, removed and quarantined."""
    words = ("read:", "added", "replaced", "unchanged", "removed", "quarantined")
    found = {word: int(number.replace(",", "")) for number, word in re.findall(r"([\d,]+) ([a-z]+:?)", line)}
    return tuple(found[word] for word in words)

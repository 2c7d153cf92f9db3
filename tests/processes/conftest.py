"""The bot as its own process, started from the console as an operator starts it, before a sandbox process."""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.bot.office import ERIK, FINANCE, RAJ, Gateway, button, configured, environment, headed, said, until
from tests.sandbox.slack.conftest import Running, start

ROOT = Path(__file__).parents[2]
_NUMBERS = itertools.count(1)


@dataclass
class Console:
    """`tuppence run` in one home; it can be started, killed and started again. *log* is all it ever printed."""

    slack: Running
    home: Path
    team: str
    begun: str = field(default_factory=lambda: f"{time.time():.6f}")
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return (self.home / "log").read_text()

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start it, ready or not."""
        command = [sys.executable, "-m", "bot", "--home", str(self.home), *(words or ("run",))]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "TUPPENCE_"))}
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT,
                                            env=kept | environment(self.slack.told))  # fmt: skip
        return self.process

    def run(self) -> subprocess.Popen[bytes]:
        """Start it, and wait until it listens."""
        before = self.log.count("listens to") if (self.home / "log").exists() else 0
        process = self.begin()
        until(lambda: self.log.count("listens to") > before or self._fell(process), "the bot to listen")
        return process

    def end(self, sign: signal.Signals = signal.SIGKILL) -> int:
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(sign)
        return self.process.wait(20)

    def approved(self) -> None:
        """Erik asks for more, and Raj approves."""
        text = f"/finops request {self.team} 6500 evaluation runs"
        assert self.slack.act("/ui/command", channel=FINANCE, text=text, **{"as": ERIK}) == {"ok": True}
        card = until(lambda: self.card, "the card")
        block, action = button(card, "Approve")
        self.slack.act("/ui/press", channel=FINANCE, ts=card["ts"], block_id=block, action_id=action, **{"as": RAJ})
        until(lambda: self.kind() != "proposed", "the approval")

    @property
    def card(self) -> dict[str, Any] | None:
        seen = [one for one in self.slack.messages(FINANCE) if one["ts"] > self.begun and not one["ephemeral"]]
        return next((one for one in seen if "request" in headed(one) and self.team in said(one)), None)

    def kind(self) -> str:
        """The state of the one request, as the database has it."""
        return str(self.sql("SELECT kind FROM state WHERE subject LIKE 'request/%'")[0][0])

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.home / "tuppence.sqlite", timeout=30)
        with connection:
            found = connection.execute(statement).fetchall()
        connection.close()
        return found

    def _fell(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, self.log
        return False


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start(tmp_path_factory.mktemp("slack"), manifest=ROOT / "manifest.yaml")
    yield running
    running.stop()


@pytest.fixture
def consoles(slack: Running, tmp_path: Path) -> Iterator[Callable[..., Console]]:
    """Sets up homes with a console each; what runs there ends with the test."""
    made: list[Console] = []

    def opened(slack: Running = slack, **config: Any) -> Console:
        team = f"console{next(_NUMBERS)}"
        made.append(Console(slack, configured(tmp_path / team, slack.told, team, **config), team))
        return made[-1]

    yield opened
    for console in made:
        if console.process:
            console.end()
    Gateway(slack.told).switch()
    until(lambda: not slack.look("/ui/workspace")["connected"], "the links to end")


@pytest.fixture
def console(consoles: Callable[..., Console]) -> Console:
    return consoles()


@pytest.fixture
def gateway(slack: Running) -> Gateway:
    return Gateway(slack.told)

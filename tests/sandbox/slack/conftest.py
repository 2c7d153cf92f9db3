"""A running sandbox workspace, spoken to as an app and as its people."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.charts import Renderer
from bot.delivery import Delivery
from storage.chart_files import ChartFiles
from storage.database import database
from tests import plain
from tests.children import ended
from tests.sandbox.slack.listening import Listening, until

MANIFEST = Path(__file__).parent / "manifest.yaml"


@dataclass(frozen=True)
class Running:
    """One workspace process."""

    told: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def key(self) -> str:
        return self.told["page"].partition("key=")[2]

    @property
    def base(self) -> str:
        return self.told["page"].partition("/?")[0]

    def client(self, token: str | None = None) -> WebClient:
        return WebClient(token or self.told["bot_token"], base_url=self.told["api"])

    def look(self, path: str, **query: str) -> Any:
        answer = plain.get(f"{self.base}{path}", params=query, headers={"X-Sandbox-Key": self.key})
        return answer.raise_for_status().json()

    def act(self, path: str, **told: Any) -> dict[str, Any]:
        headers = {"X-Sandbox-Key": self.key}
        answer = plain.post(f"{self.base}{path}", json=told, headers=headers, timeout=20)
        body: dict[str, Any] = answer.raise_for_status().json()
        return body

    def messages(self, channel: str, who: str = "U0FIONA0000") -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = self.look("/ui/messages", channel=channel, **{"as": who})["messages"]
        return seen

    def stop(self) -> int:
        return ended(self.process)


def start(home: Path, *more: str, manifest: Path = MANIFEST) -> Running:
    """A workspace process that is ready."""
    ports = ["--port", "0", "--gateway-port", "0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--home", str(home), "--manifest", str(manifest), *ports, *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    return Running(json.loads(process.stdout.readline()), process)


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A workspace shared by the tests of one file."""
    running = start(tmp_path_factory.mktemp("slack"))
    yield running
    running.stop()


@pytest.fixture
def starts() -> Iterator[Any]:
    """Starts workspaces of one's own, which end with the test."""
    started: list[Running] = []

    def begin(home: Path, *more: str, manifest: Path = MANIFEST) -> Running:
        started.append(start(home, *more, manifest=manifest))
        return started[-1]

    yield begin
    for running in started:
        running.stop()


@pytest.fixture
def bot(slack: Running) -> WebClient:
    """The app's own client."""
    return slack.client()


@pytest.fixture(scope="module")
def linked(slack: Running) -> Iterator[Listening]:
    """An app that listens over one socket for as long as the tests of one file."""
    listening = Listening(slack.told)
    yield listening
    listening.close()


@pytest.fixture
def app(linked: Listening) -> Listening:
    """The listening app, which has heard nothing yet and acknowledges everything."""
    linked.heard.clear()
    linked.answer = lambda request: None
    return linked


@pytest.fixture
def visitor(slack: Running) -> Iterator[Listening]:
    """An app that listens during one test only."""
    listening = Listening(slack.told)
    yield listening
    listening.close()
    until(lambda: not slack.look("/ui/workspace")["connected"])


@pytest.fixture
def run() -> Any:
    """Runs a coroutine to its end."""
    return asyncio.run


@pytest.fixture
def delivery(slack: Running, bot: WebClient, tmp_path: Path) -> Iterator[Delivery]:
    """A delivery to a Slack that has looked at a picture at once."""
    slack.act("/control/faults", mime_delay=0)
    engine, drawing = database(f"sqlite:///{tmp_path / 'state.db'}"), Renderer()
    yield Delivery(bot, bot, ChartFiles(engine), drawing)
    drawing.close()
    engine.dispose()

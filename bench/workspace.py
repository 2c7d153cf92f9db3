"""The real bot before the real sandbox, a process each; what is typed there, and when Slack heard of each step."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.years import FINANCE, FIONA

ROOT = Path(__file__).parents[1]
_PATIENCE, _QUIET = 240.0, 2.0
_SAYS = ("chat.postMessage", "response_url")


@dataclass(frozen=True)
class Call:
    """One call of the bot's: its method, and when (seconds) Slack had done it."""

    method: str
    at: float


@dataclass(frozen=True)
class Heard:
    """When a command was sent and acknowledged, and the bot's calls that followed."""

    sent: float
    acknowledged: float
    calls: tuple[Call, ...]

    @property
    def said(self) -> float:
        """When the answer's text was in place."""
        return self._first(lambda call: call.method in _SAYS)

    @property
    def uploads(self) -> float | None:
        """When its chart was drawn and announced; None if there is none, or Slack had it already."""
        before = [call.at for call in self.calls if call.method == "files.getUploadURLExternal"]
        return before[0] if before and self.known is not None and before[0] < self.known else None

    @property
    def uploaded(self) -> float | None:
        """When the chart was uploaded; Slack looks at it after that."""
        return self._first(lambda call: call.method == "files.completeUploadExternal") if self.uploads else None

    @property
    def known(self) -> float | None:
        """When the bot knew that Slack has looked at the chart."""
        return max((call.at for call in self.calls if call.method == "files.info"), default=None)

    @property
    def charted(self) -> float | None:
        """When the chart was in place: with the text, or where the text was changed to hold it."""
        known = self.known
        if known is None:
            return None
        return self._first(lambda call: call.at >= known and call.method in (*_SAYS, "chat.update"))

    def _first(self, fits: Callable[[Call], bool]) -> float:
        return next(call.at for call in self.calls if fits(call))


@dataclass(frozen=True)
class Workspace:
    """A sandbox that runs, and its page, which stays open: a connection made anew is nobody's time but ours."""

    page: httpx.Client

    def types(self, words: str) -> Heard:
        """`/finops` and *words*, typed by Fiona in the channel of finance, and answered to the end."""
        sent = time.time()
        answer = self._asked("POST", "/ui/command", {"as": FIONA, "channel": FINANCE, "text": f"/finops {words}"})
        acknowledged = time.time()
        assert answer == {"ok": True}, answer
        calls = self._until(lambda: self._ended(sent), words)
        return Heard(sent, acknowledged, calls)

    def newest(self) -> dict[str, Any]:
        """The newest message of the channel that answers nobody's thread."""
        seen = self._asked("GET", f"/ui/messages?channel={FINANCE}&as={FIONA}")["messages"]
        return [dict(one) for one in seen if not one["thread_ts"]][-1]

    def connected(self) -> bool:
        """Whether the bot listens."""
        return bool(self._asked("GET", "/ui/workspace")["connected"])

    def _ended(self, sent: float) -> tuple[Call, ...]:
        """The calls since *sent*, once something was said, a chart that was announced is in place, and no call has come
        for a while."""
        log = self._asked("GET", "/control/log")
        calls = tuple(Call(each["method"], each["at"]) for each in log if each["at"] >= sent)
        over = bool(calls) and time.time() - calls[-1].at > _QUIET
        return calls if over and _answered([call.method for call in calls]) else ()

    def _until(self, found: Callable[[], tuple[Call, ...]], what: str) -> tuple[Call, ...]:
        end = time.monotonic() + _PATIENCE
        while not (there := found()):
            assert time.monotonic() < end, f"waited in vain for {what}"
            time.sleep(0.1)
        return there

    def _asked(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        return self.page.request(method, path, json=body).raise_for_status().json()


def _answered(methods: Sequence[str]) -> bool:
    """Whether the words are there, and after Slack has looked at a chart (the figures as a file are none) what holds
    it."""
    if not any(method in _SAYS for method in methods):
        return False
    looked = [place for place, method in enumerate(methods) if method == "files.info"]
    return not looked or any(method in (*_SAYS, "chat.update") for method in methods[looked[-1] :])


@contextmanager
def running(home: Path, folder: Path) -> Iterator[Workspace]:
    """The sandbox with its state in *folder*, and `tuppence run` over *home* before it; both end with the block."""
    with _sandbox(folder) as told, _bot(home, told, folder / "log"), _page(told) as page:
        workspace = Workspace(page)
        _listens(workspace)
        yield workspace


def _listens(workspace: Workspace) -> None:
    """Wait until the bot is connected."""
    end = time.monotonic() + _PATIENCE
    while not workspace.connected():
        assert time.monotonic() < end, "the bot does not listen"
        time.sleep(0.1)


def _page(told: dict[str, str]) -> httpx.Client:
    base, _, key = told["page"].partition("/?key=")
    return httpx.Client(base_url=base, headers={"X-Sandbox-Key": key}, timeout=20)


@contextmanager
def _sandbox(folder: Path) -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", "sandbox", "--home", str(folder), "--manifest", str(ROOT / "manifest.yaml"),
               "--port", "0", "--gateway-port", "0"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            assert process.stdout
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


@contextmanager
def _bot(home: Path, told: dict[str, str], log: Path) -> Iterator[None]:
    slack = {"SLACK_BOT_TOKEN": told["bot_token"], "SLACK_APP_TOKEN": told["app_token"],
             "SLACK_SIGNING_SECRET": told["signing_secret"], "SLACK_API_BASE": told["api"]}  # fmt: skip
    said = [f"{name}={value}" for name, value in slack.items()]
    command = ["env", "-u", "DATABASE_URL", *said, sys.executable, "-m", "bot", "--home", str(home), "run"]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT) as bot:
        try:
            yield
        finally:
            bot.terminate()

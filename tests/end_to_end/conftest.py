"""The demo, started as a newcomer starts it, and a real browser before it."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@dataclass
class Demo:
    """A running demo; *said* is everything it printed."""

    process: subprocess.Popen[str]
    home: Path
    said: list[str] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    @property
    def page(self) -> str:
        return next(word for line in self.said for word in line.split() if word.startswith("http://127.0.0.1"))

    def end(self) -> None:
        """End it and whatever it started: a pipe that a child still holds would never close."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        assert self.process.stdout
        self.process.stdout.close()

    def read(self) -> None:
        for line in self.process.stdout or ():
            self.said.append(line)
            if "listens to" in line:
                self.ready.set()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def started(home: Path) -> Demo:
    """The demo in *home*, when it listens."""
    process = subprocess.Popen([sys.executable, "-m", "bot", "--home", str(home), "demo", "--port", "0"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
    demo = Demo(process, home)
    threading.Thread(target=demo.read, daemon=True).start()
    assert demo.ready.wait(90), "".join(demo.said)
    return demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = started(tmp_path_factory.mktemp("demo"))
    yield running
    running.end()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("NO BROWSER: chromium is not installed, so the page was not tried")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@dataclass(frozen=True)
class Seat:
    """A person before the page, in a channel."""

    page: Page
    address: str

    def sit(self, who: str, channel: str) -> None:
        self.page.goto("about:blank")
        self.page.goto(f"{self.address}#/{channel}/as/{who}")
        expect(self.page.get_by_test_id("composer")).to_be_visible()

    def say(self, text: str) -> None:
        composer = self.page.get_by_test_id("composer")
        composer.fill(text)
        composer.press("Enter")

    def sees(self, text: str) -> None:
        expect(self.page.get_by_test_id("message").filter(has_text=text).last).to_be_visible(timeout=60_000)


@pytest.fixture
def seat(demo: Demo, browser: Browser) -> Iterator[Seat]:
    page = browser.new_page()
    yield Seat(page, demo.page)
    page.close()

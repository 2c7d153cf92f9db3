"""The page in a real Chromium, before a real workspace, with an app that listens."""

import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright
from slack_sdk import WebClient

from tests.sandbox.page.samples import FINANCE, FIONA, Json
from tests.sandbox.slack.conftest import Running, start
from tests.sandbox.slack.listening import Listening

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync")
OFFLINE = ("--disable-background-networking", "--disable-component-update")
PATIENCE_MS = 10_000
Open = Callable[..., "Visit"]


class Visit:
    """One tab with the page, and everything the browser complained about in it."""

    def __init__(self, tab: Page, address: str) -> None:
        self.tab, self._address = tab, address
        self.complaints: list[str] = []
        tab.set_default_timeout(PATIENCE_MS)
        tab.on("console", self._said)
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, channel: str = FINANCE, who: str = FIONA) -> "Visit":
        """Look at a channel, or at `home`, as somebody; wait until the page hears of changes."""
        self.tab.goto(f"{self._address}#/{channel}/as/{who}")
        expect(self.tab.get_by_test_id(f"channel-{channel}")).to_have_attribute("aria-current", "page")
        expect(self.one("connected")).to_have_attribute("data-state", re.compile("good|bad"))
        return self

    def message(self, ts: str) -> Locator:
        return self.tab.locator(f"#scroll [data-ts='{ts}']")

    def one(self, test_id: str) -> Locator:
        return self.tab.get_by_test_id(test_id)

    def action(self, action_id: str) -> Locator:
        return self.tab.locator(f"[data-action-id='{action_id}']").last

    def type(self, text: str, into: str = "composer") -> None:
        """Write something and press Enter."""
        self.one(into).fill(text)
        self.one(into).press("Enter")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A workspace shared by the tests of one file."""
    running = start(tmp_path_factory.mktemp("slack"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def linked(slack: Running) -> Iterator[Listening]:
    """An app that stays connected for as long as the tests of one file."""
    listening = Listening(slack.told)
    yield listening
    listening.close()


@pytest.fixture
def app(linked: Listening) -> Listening:
    """The app, which has heard nothing yet and acknowledges everything."""
    linked.heard.clear()
    linked.answer = lambda request: None
    return linked


@pytest.fixture
def bot(slack: Running) -> WebClient:
    """The app's own client."""
    return slack.client()


@pytest.fixture
def post(bot: WebClient) -> Callable[..., str]:
    """Posts blocks or text in the finance channel as the app; gives back its ts."""

    def posted(blocks: list[Json] | None = None, text: str = "said", thread_ts: str | None = None) -> str:
        return str(bot.chat_postMessage(channel=FINANCE, text=text, blocks=blocks, thread_ts=thread_ts)["ts"])

    return posted


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or whichever is on the path."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        pytest.skip(f"THE PAGE IS NOT TESTED: no browser found, install one of {', '.join(NAMES)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*QUIET, *OFFLINE])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, slack: Running) -> Iterator[Open]:
    """Opens tabs of any size and scheme; afterwards the browser must not have complained in any of them."""
    visits: list[Visit] = []

    def open_tab(width: int = 1280, scheme: str = "light", address: str = slack.told["page"]) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme)
        visits.append(Visit(context.new_page(), address))
        return visits[-1]

    yield open_tab
    for visit in visits:
        visit.tab.context.close()
    assert [visit.complaints for visit in visits if visit.complaints] == []


@pytest.fixture
def visit(opened: Open) -> Visit:
    """Fiona looks at the finance channel."""
    return opened().go()

"""What people do on the page: look round, write, answer threads, change places, come back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from tests.sandbox.page.conftest import Open, Visit
from tests.sandbox.page.samples import ENGINEERING, ERIK, FINANCE, HOME, HOSTILE, button, section
from tests.sandbox.slack.conftest import Running, start
from tests.sandbox.slack.listening import Listening

pytestmark = pytest.mark.browser
Post = Callable[..., str]
WIDTH = "document.scrollingElement.scrollWidth"
PAPER = "getComputedStyle(document.body).backgroundColor"


def test_what_somebody_says_stands_in_the_channel(visit: Visit, app: Listening) -> None:
    visit.type("What did we spend?")
    said = visit.one("message").last
    expect(said).to_contain_text("What did we spend?")
    expect(said).to_contain_text("Fiona Marsh")
    expect(visit.one("composer")).to_have_value("")


def test_a_command_reaches_the_app_and_its_answer_only_the_asker(visit: Visit, opened: Open, app: Listening) -> None:
    app.answer = lambda request: {"text": "$18.4k this week"}
    visit.type("/finops cost last 7d")
    assert app.last()["text"] == "cost last 7d"
    answer = visit.one("message").filter(has_text="$18.4k this week")
    expect(answer).to_contain_text("Only visible to you")
    visit.one("person").select_option(ERIK)
    expect(visit.tab).to_have_url(re.compile(f"#/{FINANCE}/as/{ERIK}$"))
    expect(answer).to_have_count(0)


def test_a_silent_app_is_told_of_and_the_words_come_back(visit: Visit, app: Listening) -> None:
    app.answer = None
    visit.type("/finops cost")
    expect(visit.one("toast")).to_contain_text("did not answer in 3 seconds")
    expect(visit.one("composer")).to_have_value("/finops cost")
    expect(visit.one("message").last).to_contain_text("/finops failed because the app did not respond.")


def test_the_composer_hints_at_commands_and_remembers_them(visit: Visit, app: Listening) -> None:
    visit.tab.get_by_role("button", name="/finops help").click()
    expect(visit.one("composer")).to_be_focused()
    expect(visit.tab.get_by_text("AI spend and budgets")).to_be_visible()
    visit.one("composer").press("Enter")
    expect(visit.one("composer")).to_have_value("")
    visit.one("composer").press("ArrowUp")
    expect(visit.one("composer")).to_have_value("/finops help")


def test_an_update_changes_the_message_where_it_stands(visit: Visit, post: Post, bot: WebClient) -> None:
    ts = post([section("*Waiting* for finance"), {"type": "actions", "elements": [button("Approve", "approve")]}])
    expect(visit.message(ts).get_by_role("button", name="Approve")).to_be_visible()
    bot.chat_update(channel=FINANCE, ts=ts, text="done", blocks=[section("Approved by Raj")])
    expect(visit.message(ts)).to_contain_text("Approved by Raj")
    expect(visit.message(ts).get_by_role("button", name="Approve")).to_have_count(0)
    bot.chat_delete(channel=FINANCE, ts=ts)
    expect(visit.message(ts)).to_have_count(0)


def test_writing_leads_back_to_the_newest(visit: Visit, post: Post, app: Listening) -> None:
    first = post(text="Far up")
    post([section("down\n" * 60)])
    expect(visit.message(first)).not_to_be_in_viewport()
    visit.message(first).scroll_into_view_if_needed()
    post(text="Unread")
    expect(visit.message(first)).to_be_in_viewport()
    app.answer = lambda request: {"text": "The answer"}
    visit.type("/finops cost")
    expect(visit.one("message").filter(has_text="The answer").last).to_be_in_viewport()


def test_a_thread_opens_takes_a_reply_and_gives_the_focus_back(visit: Visit, post: Post, app: Listening) -> None:
    ts = post(text="A digest")
    post(text="The details", thread_ts=ts)
    expect(visit.one("message").filter(has_text="The details")).to_have_count(0)
    visit.message(ts).get_by_role("button", name="Open thread, 1 reply").click()
    expect(visit.one("thread")).to_contain_text("The details")
    visit.type("Thank you", into="thread-composer")
    expect(visit.one("thread").get_by_test_id("message")).to_have_count(3)
    expect(visit.one("open-thread").filter(has_text="2 replies")).to_be_visible()
    visit.type("/finops help", into="thread-composer")
    expect(visit.one("toast")).to_contain_text("Commands do not work in threads")
    visit.one("thread-composer").press("Escape")
    expect(visit.one("thread")).to_be_hidden()
    expect(visit.message(ts).get_by_test_id("open-thread")).to_be_focused()


def test_news_elsewhere_is_marked_until_seen(visit: Visit, bot: WebClient) -> None:
    bot.chat_postMessage(channel=ENGINEERING, text="Tokens per call doubled")
    link = visit.one(f"channel-{ENGINEERING}")
    expect(link).to_contain_text("new messages")
    link.focus()
    link.press("Enter")
    expect(visit.one("message").filter(has_text="Tokens per call doubled")).to_be_visible()
    expect(link).not_to_contain_text("new messages")


def test_arrow_keys_step_through_the_channels(visit: Visit) -> None:
    visit.one(f"channel-{FINANCE}").focus()
    visit.tab.keyboard.press("ArrowDown")
    expect(visit.one(f"channel-{ENGINEERING}")).to_be_focused()
    outline = visit.one(f"channel-{ENGINEERING}").evaluate("node => getComputedStyle(node).outlineStyle")
    assert outline == "solid"


def test_foreign_text_stays_text(visit: Visit, post: Post, app: Listening) -> None:
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for ts in (post([section(escaped)], text=escaped), post(text=escaped)):
        expect(visit.message(ts)).to_contain_text(HOSTILE)
        expect(visit.message(ts).locator("img, script, .mention")).to_have_count(0)
    ts = post(text=f"{HOSTILE} <javascript:alert(1)|press me>")
    expect(visit.message(ts)).to_contain_text("<javascript:alert(1)|press me>")
    expect(visit.message(ts).locator("img, script, a")).to_have_count(0)
    visit.type(HOSTILE)
    expect(visit.one("message").last).to_contain_text(HOSTILE)
    assert "owned" not in visit.tab.title()


def test_the_policy_lets_no_script_of_a_stranger_run(visit: Visit) -> None:
    visit.tab.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.owned = 1'}))"
    )
    assert visit.tab.evaluate("window.owned") is None
    assert any("Content Security Policy" in words for words in visit.complaints)
    visit.complaints.clear()


def test_the_home_is_the_apps_own(visit: Visit, app: Listening, bot: WebClient) -> None:
    visit.go("home")
    assert app.last("event_callback")["event"]["type"] == "app_home_opened"
    expect(visit.tab.get_by_text("Waiting for the app")).to_be_visible()
    bot.views_publish(user_id="U0FIONA0000", view=HOME)
    expect(visit.one("home")).to_contain_text("AI cost $18.4k this week")
    visit.action("approve").click()
    pressed = app.last("block_actions")
    assert (pressed["view"]["type"], pressed["actions"][0]["action_id"]) == ("home", "approve")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_phone(scheme: str, opened: Open, post: Post) -> None:
    visit = opened(480, scheme).go()
    ts = post(text="A long digest " * 30)
    expect(visit.message(ts)).to_be_in_viewport()
    assert visit.tab.evaluate(WIDTH) <= 480
    expect(visit.one(f"channel-{ENGINEERING}")).to_be_hidden()
    visit.tab.get_by_role("button", name="Show channels").click()
    visit.one(f"channel-{ENGINEERING}").click()
    expect(visit.one(f"channel-{ENGINEERING}")).to_be_hidden()
    expect(visit.tab.get_by_role("heading", name="#finops-engineering")).to_be_visible()


def test_light_or_dark_as_the_system_says_until_somebody_chooses(opened: Open) -> None:
    light, dark = opened(scheme="light").go(), opened(scheme="dark").go()
    pale, deep = light.tab.evaluate(PAPER), dark.tab.evaluate(PAPER)
    assert pale != deep
    light.tab.get_by_role("button", name="Switch between light and dark").click()
    assert light.tab.evaluate(PAPER) == deep
    light.tab.reload()
    assert light.tab.evaluate(PAPER) == deep


def test_a_permalink_leads_to_its_message(visit: Visit, post: Post, bot: WebClient) -> None:
    ts = post(text="Look here")
    visit.tab.goto(bot.chat_getPermalink(channel=FINANCE, message_ts=ts)["permalink"])
    expect(visit.message(ts)).to_have_attribute("data-revealed", "yes")


def test_the_page_finds_a_workspace_that_went_away_and_came_back(opened: Open, tmp_path: Path) -> None:
    first = start(tmp_path)
    visit = opened(address=first.told["page"]).go()
    expect(visit.one("connected")).to_have_text("Tuppence is not connected")
    port = first.base.rpartition(":")[2]
    first.stop()
    expect(visit.one("connected")).to_have_text("The sandbox is out of reach")
    again: Running = start(tmp_path, "--port", port)
    again.client().chat_postMessage(channel=FINANCE, text="Back again")
    expect(visit.one("message").filter(has_text="Back again")).to_be_visible(timeout=20_000)
    again.stop()
    visit.complaints.clear()


def test_a_wrong_key_is_said_plainly(opened: Open, slack: Running) -> None:
    visit = opened(address=f"{slack.base}/?key=wrong")
    visit.tab.goto(f"{slack.base}/?key=wrong")
    expect(visit.one("toast")).to_contain_text("Open the address the sandbox printed.")
    visit.complaints.clear()

"""Every block and element an app may send is drawn, and what people do with it reaches the app as Slack words it."""

import zlib
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from sandbox.blocks.layout import IN_MESSAGE
from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.samples import (
    ACTIONS,
    CONFIRM,
    DATA_TABLE,
    ENGINEERING,
    ERIK,
    FIELDS,
    FINANCE,
    ONE_OF,
    PIE,
    TABLE,
    TEXTS,
    Json,
    drawn,
    pictures,
    plain,
    section,
)
from tests.sandbox.slack.listening import Listening, until

pytestmark = pytest.mark.browser
Post = Callable[..., str]
TYPES = "nodes => nodes.map(node => node.dataset.blockType)"


def png(width: int, height: int) -> bytes:
    """A grey picture of that size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return len(content).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    lines = zlib.compress((b"\0" + b"\x99" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


@pytest.fixture
def picture(bot: WebClient) -> str:
    """The id of an uploaded picture."""
    uploaded = bot.files_upload_v2(content=png(640, 360), filename="chart.png", title="Chart", alt_txt="Spend")
    file = str(uploaded["file"]["id"])
    until(lambda: bot.files_info(file=file)["file"]["mimetype"])
    return file


def test_every_block_the_workspace_takes_is_drawn(visit: Visit, post: Post, picture: str) -> None:
    messages = [TEXTS, [TABLE, DATA_TABLE, drawn("line"), drawn("bar")], [drawn("area"), PIE], pictures(picture)]
    seen: set[str] = set()
    for blocks in [*messages, ACTIONS, FIELDS]:
        shown = visit.message(post(blocks))
        expect(shown).to_be_visible()
        seen |= set(shown.locator("[data-block-type]").evaluate_all(TYPES))
    expect(visit.one("problem")).to_have_count(0)
    assert seen == set(IN_MESSAGE)


def test_mrkdwn_reads_as_in_slack(visit: Visit, post: Post) -> None:
    shown = visit.message(post(TEXTS))
    for tag, words in {
        "strong": "AI cost $18.4k this week, +12 % on last week",
        "em": "provisional",
        "s": "~$17.9k~",
    }.items():
        expect(shown.locator(tag).filter(has_text=words.strip("~")).first).to_be_visible()
    expect(shown).to_contain_text("@Fiona Marsh in #finops-engineering, @finops-approvers, @here, the report")
    expect(shown).to_contain_text("<not a tag> ✅ :unknown_code:")
    expect(shown.get_by_role("link", name="the report")).to_have_attribute("href", "https://example.com/a?b=1&c=2")


def test_what_the_page_cannot_draw_is_said_and_the_rest_stands(visit: Visit, post: Post) -> None:
    search = {"type": "external_select", "action_id": "search"}
    shown = visit.message(post([section("Before"), section("Broken", accessory=search), section("After")]))
    expect(shown.get_by_test_id("problem")).to_contain_text("no such element: “external_select”")
    expect(shown).to_contain_text("Before")
    expect(shown).to_contain_text("After")


def test_a_picture_loads_and_grows_at_a_press(visit: Visit, post: Post, picture: str) -> None:
    shown = visit.message(post(pictures(picture)[:1]))
    small = shown.get_by_role("img", name="Cumulative spend against budget")
    expect(small).to_be_visible()
    assert small.evaluate("node => node.decode().then(() => node.naturalWidth)") == 640
    shown.get_by_role("button", name="Enlarge: Spend against budget").press("Enter")
    expect(visit.one("lightbox")).to_be_visible()
    visit.tab.keyboard.press("Escape")
    expect(visit.one("lightbox")).to_have_count(0)


def test_a_data_table_turns_its_pages_and_sorts(visit: Visit, post: Post) -> None:
    shown = visit.message(post([DATA_TABLE]))
    expect(shown.locator("tbody tr")).to_have_text(["ci-batch-111", "ci-batch-222"])
    shown.get_by_role("button", name="Next").click()
    expect(shown.locator("tbody tr")).to_have_text(["ci-batch-333", "ci-batch-444"])
    for _ in range(2):
        shown.get_by_role("button", name="Calls").click()
    expect(shown.locator("tbody tr")).to_have_text(["ci-batch-555", "ci-batch-444"])


@pytest.mark.parametrize(
    ("action", "chosen", "said"),
    [
        ("static_select", "support", {"selected_option": {"text": plain("Support"), "value": "support"}}),
        ("users_select", ERIK, {"selected_user": ERIK}),
        ("conversations_select", ERIK, {"selected_conversation": ERIK}),
        ("channels_select", ENGINEERING, {"selected_channel": ENGINEERING}),
        ("datepicker", "2026-12-01", {"selected_date": "2026-12-01"}),
        ("timepicker", "09:30", {"selected_time": "09:30"}),
    ],
)
def test_a_choice_reaches_the_app(
    action: str, chosen: str, said: Json, visit: Visit, post: Post, app: Listening
) -> None:
    shown = visit.message(post(ACTIONS)).locator(f"[data-action-id='{action}']")
    if action in ONE_OF:
        shown.select_option(chosen)
    else:
        shown.fill(chosen)
        shown.press("Tab")
    heard = app.last("block_actions")
    assert {key: heard["actions"][0][key] for key in said} == said
    state = heard["state"]["values"]["choose"][action]
    assert {key: state[key] for key in said} == said


def test_buttons_menus_and_thumbs_reach_the_app(visit: Visit, post: Post, app: Listening) -> None:
    shown = visit.message(post(ACTIONS))
    shown.get_by_role("button", name="Approve").click()
    assert heard(app, "approve")["value"] == "7"
    shown.get_by_role("button", name="Not useful").click()
    assert heard(app, "useful")["value"] == "no"
    shown.get_by_role("button", name="Remove").click()
    assert heard(app, "bin")["type"] == "icon_button"
    shown.locator("[data-action-id='more']").press("ArrowUp")
    visit.tab.keyboard.press("Enter")
    assert heard(app, "more")["selected_option"]["value"] == "assign"


def test_a_menu_opens_in_full_sight_and_closes_at_a_press_elsewhere(visit: Visit, post: Post) -> None:
    shown = visit.message(post(ACTIONS[:1]))
    shown.locator("[data-action-id='more']").click()
    expect(shown.get_by_role("menuitem", name="Assign")).to_be_in_viewport(ratio=1)
    visit.tab.get_by_role("heading", name="#finops-finance").click()
    expect(shown.get_by_role("menuitem", name="Assign")).to_be_hidden()


def heard(app: Listening, action: str) -> Json:
    """What the app heard of an action, which must come next."""
    (told,) = app.last("block_actions")["actions"]
    app.heard.clear()
    assert told["action_id"] == action
    return dict(told)


def test_a_dangerous_button_asks_back_with_the_apps_words(visit: Visit, post: Post, app: Listening) -> None:
    deny = visit.message(post(ACTIONS)).get_by_role("button", name="Deny…")
    deny.click()
    expect(visit.one("confirm")).to_contain_text("Team search stays at $4,000.00 a month.")
    visit.one("confirm-deny").click()
    deny.click()
    visit.tab.keyboard.press("Escape")
    expect(visit.one("confirm")).to_have_count(0)
    expect(deny).to_be_focused()
    assert app.heard == []
    deny.click()
    visit.one("confirm").get_by_role("button", name=str(CONFIRM["confirm"]["text"])).click()
    assert heard(app, "deny")["value"] == "7"


def test_a_press_the_app_ignores_is_told(visit: Visit, post: Post, app: Listening) -> None:
    app.answer = None
    visit.message(post(ACTIONS)).get_by_role("button", name="Approve").click()
    expect(visit.one("toast")).to_contain_text("did not answer in 3 seconds")


def test_the_channel_of_a_press_is_the_one_it_stands_in(visit: Visit, post: Post, app: Listening) -> None:
    ts = post(ACTIONS)
    visit.message(ts).get_by_role("button", name="Details").click()
    container = app.last("block_actions")["container"]
    assert (container["channel_id"], container["message_ts"]) == (FINANCE, ts)

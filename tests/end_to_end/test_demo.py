"""The main job, as people do it: read the digest, ask, request, be refused, see what another approved applied."""

import json
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from tests.end_to_end.conftest import Demo, Seat

pytestmark = pytest.mark.browser

FIONA, RAJ, ERIK, DANA = "U0FIONA0000", "U0RAJ000000", "U0ERIK00000", "U0DANA00000"
FINANCE, ENGINEERING, SECURITY = "C0FINANCE00", "C0ENGINEER0", "C0SECURITY0"


def limit(demo: Demo, team: str) -> float:
    """What the gateway itself says."""
    told = json.loads((demo.home / "slack" / "sandbox.json").read_text())
    asked = Request(f"{told['gateway'].rstrip('/')}/team/info?team_id={team}",
                    headers={"Authorization": f"Bearer {told['gateway_key']}"})  # fmt: skip
    with urlopen(asked) as answer:
        return float(json.load(answer)["team_info"]["max_budget"])


@pytest.mark.parametrize(
    ("who", "channel", "title"),
    [
        (FIONA, FINANCE, "AI cost, week to"),
        (ERIK, ENGINEERING, "AI efficiency, week to"),
        (FIONA, SECURITY, "AI keys and"),
    ],
)
def test_each_channel_has_its_digest_with_a_chart(seat: Seat, who: str, channel: str, title: str) -> None:
    seat.sit(who, channel)
    seat.sees(title)
    digest = seat.page.get_by_test_id("message").filter(has_text=title).last
    expect(digest.locator("img").first).to_be_visible(timeout=20_000)


def test_the_one_anomaly_is_told_with_its_chart(seat: Seat) -> None:
    seat.sit(ERIK, ENGINEERING)
    seat.sees("support-prod")


def test_security_sees_no_amounts(seat: Seat) -> None:
    seat.sit(FIONA, SECURITY)
    seat.sees("AI keys and")
    assert "$" not in "".join(seat.page.get_by_test_id("message").all_inner_texts())


def test_a_command_is_answered_with_a_chart(seat: Seat) -> None:
    seat.sit(FIONA, FINANCE)
    seat.say("/finops cost by model last 30d")
    seat.sees("Cost by model")
    answer = seat.page.get_by_test_id("message").filter(has_text="Cost by model").last
    expect(answer.locator("img").first).to_be_visible(timeout=20_000)


def test_unclear_words_are_told_privately_with_an_example(seat: Seat) -> None:
    seat.sit(FIONA, FINANCE)
    seat.say("/finops cost by modle <!channel>")
    seat.sees("Did you mean model?")


def test_a_change_is_requested_refused_to_its_asker_and_applied_by_another(seat: Seat, demo: Demo) -> None:
    seat.sit(FIONA, FINANCE)
    seat.say("/finops request marketing 4321 a campaign for the spring")
    seat.sees("Waiting for")
    seat.sees("Budget request n2")
    approve(seat, "Budget request n2")
    seat.sees("You asked for this change, so somebody else has to decide")
    assert limit(demo, "marketing") != 4321.0
    seat.sit(RAJ, FINANCE)
    approve(seat, "Budget request n2")
    seat.sees("the limit is $4,321.00, read back")
    assert limit(demo, "marketing") == 4321.0


def approve(seat: Seat, text: str) -> None:
    """Press Approve on the card that says *text*, and mean it."""
    card = seat.page.get_by_test_id("message").filter(has_text=text).last
    card.get_by_role("button", name="Approve").click()
    seat.page.get_by_role("dialog").get_by_role("button", name="Approve").click()


def test_a_viewer_may_not_decide(seat: Seat) -> None:
    seat.sit(DANA, FINANCE)
    seat.sees("Budget request n1")
    approve(seat, "Budget request n1")
    seat.sees("you are not one of them")


def test_a_denial_asks_why_and_the_card_says_so(seat: Seat) -> None:
    seat.sit(RAJ, FINANCE)
    seat.sees("Budget request n1")
    card = seat.page.get_by_test_id("message").filter(has_text="Budget request n1").last
    card.get_by_role("button", name="Deny").click()
    modal = seat.page.get_by_test_id("modal")
    modal.get_by_role("textbox").fill("no")
    seat.page.get_by_test_id("modal-submit").click()
    expect(modal).to_contain_text("3 to 500 characters")
    modal.get_by_role("textbox").fill("The evaluation can run in batches")
    seat.page.get_by_test_id("modal-submit").click()
    seat.sees("The evaluation can run in batches")


def test_nothing_secret_was_printed_and_it_ends_cleanly(demo: Demo) -> None:
    told = json.loads((demo.home / "slack" / "sandbox.json").read_text())
    assert demo.stop() == 0
    said = "".join(demo.said)
    assert not [name for name in ("bot_token", "app_token", "signing_secret", "gateway_key") if told[name] in said]

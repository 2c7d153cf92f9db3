"""Buttons and selects in messages and Home tabs reach the app in Slack's shape."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from tests.sandbox.slack.listening import Listening

FINANCE, SECURITY = "C0FINANCE00", "C0SECURITY0"
FIONA, RAJ, GUS = "U0FIONA0000", "U0RAJ000000", "U0GUEST0000"


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, Any]:
    return {"text": words(value.title()), "value": value}


BUTTON = {
    "type": "button",
    "action_id": "approve",
    "text": words("Approve"),
    "value": '{"row": "n7"}',
    "style": "primary",
}
SELECT = {"type": "static_select", "action_id": "snooze", "options": [option("hour"), option("day")]}
CARD = [
    {"type": "section", "text": words("Budget change")},
    {"type": "actions", "block_id": "decide", "elements": [BUTTON, SELECT]},
]


def pressed(slack: Any, who: str, **told: Any) -> dict[str, Any]:
    answer: dict[str, Any] = slack.act("/ui/press", block_id="decide", **{"as": who, **told})
    return answer


@pytest.fixture
def card(bot: WebClient) -> str:
    return str(bot.chat_postMessage(channel=FINANCE, text="card", blocks=CARD)["ts"])


def test_a_pressed_button_carries_message_action_and_person(slack: Any, app: Listening, card: str) -> None:
    assert pressed(slack, RAJ, channel=FINANCE, ts=card, action_id="approve") == {"ok": True}
    told = app.last("block_actions")
    assert told["user"] == {"id": RAJ, "username": "raj", "name": "raj", "team_id": "T0BRIGHT000"}
    (action,) = told["actions"]
    assert (action["action_id"], action["block_id"], action["type"]) == ("approve", "decide", "button")
    assert (action["value"], action["style"]) == ('{"row": "n7"}', "primary")
    assert float(action["action_ts"]) > 0
    assert told["container"] == {"type": "message", "message_ts": card, "channel_id": FINANCE, "is_ephemeral": False}
    assert (told["message"]["ts"], told["message"]["bot_id"]) == (card, "B0TUPPENCE0")
    assert told["channel"] == {"id": FINANCE, "name": "finops-finance"}
    assert told["trigger_id"]


def test_a_choice_carries_the_option_and_counts_in_the_state(slack: Any, app: Listening, card: str) -> None:
    pressed(slack, RAJ, channel=FINANCE, ts=card, action_id="snooze", selected_option=option("day"))
    told = app.last("block_actions")
    assert told["actions"][0]["selected_option"] == option("day")
    state = {"decide": {"snooze": {"type": "static_select", "selected_option": option("day")}}}
    assert told["state"] == {"values": state}


def test_an_option_nobody_offered_cannot_be_chosen(slack: Any, app: Listening, card: str) -> None:
    told = {"channel": FINANCE, "ts": card, "action_id": "snooze", "selected_option": option("year")}
    assert pressed(slack, RAJ, **told) == {"ok": False, "error": "no_such_option"}
    assert app.heard == []


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"channel": FINANCE, "action_id": "vanish"}, "no_such_element"),
        ({"channel": FINANCE, "action_id": "approve", "ts": "1.000000"}, "message_not_found"),
        ({"channel": "C0NOWHERE00", "action_id": "approve"}, "channel_not_found"),
        ({"channel": FINANCE, "action_id": "approve", "as": "U0NOBODY000"}, "user_not_found"),
    ],
)
def test_what_is_not_there_cannot_be_pressed(
    slack: Any, app: Listening, card: str, told: dict[str, Any], error: str
) -> None:
    assert pressed(slack, RAJ, **{"ts": card, **told}) == {"ok": False, "error": error}
    assert app.heard == []


def test_a_guest_cannot_press_in_a_channel_they_are_not_in(slack: Any, app: Listening, bot: WebClient) -> None:
    ts = bot.chat_postMessage(channel=SECURITY, text="card", blocks=CARD)["ts"]
    answer = pressed(slack, GUS, channel=SECURITY, ts=ts, action_id="approve")
    assert answer == {"ok": False, "error": "message_not_found"}


def test_only_its_reader_presses_an_ephemeral_message(slack: Any, app: Listening, bot: WebClient) -> None:
    ts = bot.chat_postEphemeral(channel=FINANCE, user=RAJ, text="card", blocks=CARD)["message_ts"]
    assert pressed(slack, FIONA, channel=FINANCE, ts=ts, action_id="approve")["error"] == "message_not_found"
    pressed(slack, RAJ, channel=FINANCE, ts=ts, action_id="approve")
    told = app.last("block_actions")
    assert told["container"]["is_ephemeral"] is True
    assert "message" not in told


def test_the_response_url_of_a_press_replaces_or_deletes_the_message(slack: Any, app: Listening, card: str) -> None:
    pressed(slack, RAJ, channel=FINANCE, ts=card, action_id="approve")
    hook = WebhookClient(app.last("block_actions")["response_url"])
    assert hook.send(text="approved", replace_original=True).status_code == 200
    shown = {one["ts"]: one for one in slack.messages(FINANCE)}
    assert (shown[card]["text"], shown[card]["blocks"]) == ("approved", None)
    assert hook.send(text="", delete_original=True).status_code == 200
    assert card not in {one["ts"] for one in slack.messages(FINANCE)}


def test_a_press_nobody_acknowledges_is_reported(slack: Any, app: Listening, card: str) -> None:
    app.answer = None
    answer = pressed(slack, RAJ, channel=FINANCE, ts=card, action_id="approve")
    assert answer == {"ok": False, "error": "operation_timeout"}


def test_a_press_in_the_home_tab_carries_the_view(slack: Any, app: Listening, bot: WebClient) -> None:
    view = bot.views_publish(user_id=FIONA, view={"type": "home", "blocks": CARD, "private_metadata": "m"})["view"]
    assert slack.look("/ui/home", **{"as": FIONA})["view"]["blocks"][1]["block_id"] == "decide"
    assert slack.look("/ui/home", **{"as": RAJ}) == {"view": None}
    pressed(slack, FIONA, view_id=view["id"], action_id="approve")
    told = app.last("block_actions")
    assert told["container"] == {"type": "view", "view_id": view["id"]}
    shown = told["view"]
    assert (shown["type"], shown["hash"], shown["private_metadata"]) == ("home", view["hash"], "m")
    assert "response_url" not in told


def test_a_home_tab_keeps_its_id_and_changes_its_hash(bot: WebClient) -> None:
    home = {"type": "home", "blocks": CARD}
    one = bot.views_publish(user_id=RAJ, view=home)["view"]
    two = bot.views_publish(user_id=RAJ, view=home, hash=one["hash"])["view"]
    assert (one["id"], one["hash"] != two["hash"]) == (two["id"], True)
    with pytest.raises(SlackApiError, match="hash_conflict"):
        bot.views_publish(user_id=RAJ, view=home, hash=one["hash"])


def test_nobody_acts_in_a_view_of_somebody_else(slack: Any, app: Listening, bot: WebClient) -> None:
    view = bot.views_publish(user_id=FIONA, view={"type": "home", "blocks": CARD})["view"]
    assert pressed(slack, RAJ, view_id=view["id"], action_id="approve")["error"] == "view_not_found"
    submitted = slack.act("/ui/submit", view_id=view["id"], **{"as": FIONA})
    assert submitted == {"ok": False, "error": "view_has_no_submit"}
    closed = slack.act("/ui/close", view_id=view["id"], **{"as": FIONA})
    assert closed == {"ok": False, "error": "view_not_found"}

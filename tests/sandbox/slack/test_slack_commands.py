"""A typed command travels to the app and its answers come back, or the person learns that they do not."""

import time
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.webhook import WebhookClient

from tests.sandbox.slack.listening import Listening, until

FINANCE, SECURITY, GENERAL = "C0FINANCE00", "C0SECURITY0", "C0GENERAL00"
FIONA, ERIK, GUS = "U0FIONA0000", "U0ERIK00000", "U0GUEST0000"


def typed(slack: Any, text: str, who: str = FIONA, where: str = FINANCE) -> dict[str, Any]:
    answer: dict[str, Any] = slack.act("/ui/command", channel=where, text=text, **{"as": who})
    return answer


@pytest.fixture
def silent(app: Listening) -> Listening:
    app.answer = None
    return app


def test_a_command_carries_everything_slack_sends(slack: Any, app: Listening) -> None:
    assert typed(slack, "/finops cost by model") == {"ok": True}
    told = app.last()
    assert (app.heard[-1].type, app.heard[-1].accepts_response_payload) == ("slash_commands", True)
    assert (told["command"], told["text"], told["user_id"], told["user_name"]) == (
        "/finops",
        "cost by model",
        FIONA,
        "fiona",
    )
    place = (told["team_id"], told["channel_id"], told["channel_name"], told["api_app_id"])
    assert place == ("T0BRIGHT000", FINANCE, "finops-finance", "A0TUPPENCE0")
    assert told["trigger_id"]
    assert told["response_url"].startswith(slack.base)


def test_what_is_typed_arrives_escaped_with_mentions_by_id(slack: Any, app: Listening) -> None:
    typed(slack, "/finops <!channel> & @erik in #finops-security for @finops-approvers, mail a@erik")
    assert app.last()["text"] == (
        f"&lt;!channel&gt; &amp; <@{ERIK}|erik> in <#{SECURITY}|finops-security> "
        "for <!subteam^S0APPROVERS|@finops-approvers>, mail a@erik"
    )


def test_an_answer_in_the_acknowledgement_is_seen_by_the_asker_only(slack: Any, app: Listening) -> None:
    app.answer = lambda request: {"text": "only for you"}
    typed(slack, "/finops help")
    assert slack.messages(FINANCE, FIONA)[-1]["text"] == "only for you"
    assert "only for you" not in {one["text"] for one in slack.messages(FINANCE, ERIK)}


def test_an_answer_slack_would_not_take_is_told_to_the_person(slack: Any, app: Listening) -> None:
    app.answer = lambda request: {"blocks": [{"type": "html"}]}
    assert typed(slack, "/finops help")["error"] == "invalid_command_response"
    assert slack.messages(FINANCE)[-1]["text"] == '/finops failed with the error "invalid_command_response"'


def test_the_response_url_answers_privately_or_in_the_channel(slack: Any, app: Listening) -> None:
    typed(slack, "/finops cost")
    hook = WebhookClient(app.last()["response_url"])
    assert hook.send(text="for you", response_type="ephemeral").status_code == 200
    assert hook.send(text="for all", response_type="in_channel").status_code == 200
    assert [one["text"] for one in slack.messages(FINANCE, FIONA)[-2:]] == ["for you", "for all"]
    assert slack.messages(FINANCE, ERIK)[-1]["text"] == "for all"
    assert "for you" not in {one["text"] for one in slack.messages(FINANCE, ERIK)}


def test_the_response_url_works_five_times(slack: Any, app: Listening) -> None:
    typed(slack, "/finops cost")
    hook = WebhookClient(app.last()["response_url"])
    assert [hook.send(text=f"answer {n}").status_code for n in range(5)] == [200] * 5
    refused = hook.send(text="one too many")
    assert (refused.status_code, "used_url" in refused.body) == (404, True)
    assert slack.messages(FINANCE)[-1]["text"] == "answer 4"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"text": "x", "blocks": [{"type": "html"}]}, "invalid_blocks"),
        ({"text": ""}, "no_text"),
        ({"text": "x", "colour": "red"}, "invalid_payload"),
        ({"text": "x", "response_type": "loud"}, "invalid_payload"),
        ({"delete_original": True}, "message_not_found"),
    ],
)
def test_a_response_is_checked_like_any_message(slack: Any, app: Listening, body: dict[str, Any], error: str) -> None:
    typed(slack, "/finops cost")
    refused = WebhookClient(app.last()["response_url"]).send_dict(body)
    assert (refused.status_code, error in refused.body) == (400, True)


def test_a_made_up_response_url_leads_nowhere(slack: Any) -> None:
    assert WebhookClient(f"{slack.base}/respond/made-up").send(text="x").status_code == 404


def test_a_silent_app_is_reported_to_the_person_after_three_seconds(slack: Any, silent: Listening) -> None:
    begun = time.monotonic()
    assert typed(slack, "/finops cost") == {"ok": False, "error": "operation_timeout"}
    assert time.monotonic() - begun > 2.9
    said = slack.messages(FINANCE, FIONA)[-1]
    assert (said["text"], said["username"], said["ephemeral"]) == (
        "/finops failed because the app did not respond.",
        "Slackbot",
        True,
    )


def test_without_a_connection_a_command_fails_at_once(starts: Any, tmp_path: Path) -> None:
    lonely = starts(tmp_path)
    begun = time.monotonic()
    assert typed(lonely, "/finops cost") == {"ok": False, "error": "dispatch_failed"}
    assert time.monotonic() - begun < 2.9  # not waited for
    assert "did not respond" in lonely.messages(FINANCE)[-1]["text"]


def test_a_command_nobody_registered_is_not_sent(slack: Any, app: Listening) -> None:
    assert typed(slack, "/shout hey") == {"ok": False, "error": "/shout is not a valid command"}
    assert app.heard == []


def test_a_guest_neither_sees_nor_uses_a_channel_they_are_not_in(slack: Any, app: Listening, bot: Any) -> None:
    bot.chat_postMessage(channel=SECURITY, text="secret")
    assert slack.messages(SECURITY, GUS) == []
    assert typed(slack, "/finops cost", GUS, SECURITY) == {"ok": False, "error": "not_in_channel"}
    assert app.heard == []


def test_a_command_works_where_the_app_is_no_member(slack: Any, app: Listening) -> None:
    assert typed(slack, "/finops cost", where=GENERAL) == {"ok": True}
    WebhookClient(app.last()["response_url"]).send(text="here you are")
    assert slack.messages(GENERAL)[-1]["text"] == "here you are"


def test_an_envelope_may_come_twice(slack: Any, app: Listening) -> None:
    slack.act("/control/faults", twice=True)
    typed(slack, "/finops cost")
    slack.act("/control/faults", twice=False)
    until(lambda: len(app.heard) == 2)
    one, two = app.heard
    assert one.envelope_id != two.envelope_id
    assert one.payload == two.payload

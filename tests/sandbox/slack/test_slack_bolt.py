"""The real Bolt app over the real Socket Mode handler lives in this workspace as it does in Slack."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.links import ended
from tests.sandbox.slack.listening import until

FINANCE, FIONA, RAJ = "C0FINANCE00", "U0FIONA0000", "U0RAJ000000"
BUTTON = {"type": "button", "action_id": "approve", "text": {"type": "plain_text", "text": "Approve"}, "value": "n7"}
FIELD = {"type": "plain_text_input", "action_id": "why"}
LABEL = {"type": "plain_text", "text": "Why"}
MODAL = {
    "type": "modal",
    "callback_id": "deny",
    "title": {"type": "plain_text", "text": "Deny"},
    "submit": {"type": "plain_text", "text": "Deny"},
    "blocks": [{"type": "input", "block_id": "why", "label": LABEL, "element": FIELD}],
}


def small_app(client: WebClient) -> App:
    """A Bolt app with one listener of each sort the product uses."""
    app = App(client=client, signing_secret="unused in Socket Mode", token_verification_enabled=True)

    @app.command("/finops")
    def typed(ack: Any, body: Any, client: WebClient, respond: Any) -> None:
        ack()
        if body["text"] == "deny":
            client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        else:
            blocks = [{"type": "actions", "block_id": "decide", "elements": [BUTTON]}]
            respond(text="card", blocks=blocks, response_type="in_channel")

    @app.action("approve")
    def pressed(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        place = body["container"]
        client.chat_update(channel=place["channel_id"], ts=place["message_ts"], text=f"by <@{body['user']['id']}>")
        client.chat_postEphemeral(channel=place["channel_id"], user=body["user"]["id"], text="done")

    @app.view("deny")
    def submitted(ack: Any, view: Any) -> None:
        why = view["state"]["values"]["why"]["why"]["value"]
        if len(why) < 5:
            ack(response_action="errors", errors={"why": "Say more."})
        else:
            ack()

    @app.event("app_home_opened")
    def opened(event: Any, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [{"type": "divider"}]})

    return app


@pytest.fixture(scope="module")
def bolt(slack: Any) -> Iterator[Any]:
    app = small_app(slack.client())
    web = WebClient(slack.told["app_token"], base_url=slack.told["api"])
    handler = SocketModeHandler(app, slack.told["app_token"], web_client=web, ping_interval=2)
    handler.connect()
    until(lambda: slack.look("/ui/workspace")["connected"])
    yield slack
    ended(handler.client)
    handler.close()


def test_a_command_is_answered_by_its_response_url(bolt: Any) -> None:
    assert bolt.act("/ui/command", channel=FINANCE, text="/finops cost", **{"as": FIONA}) == {"ok": True}
    until(lambda: bolt.messages(FINANCE)[-1:] and bolt.messages(FINANCE)[-1]["text"] == "card")


def test_a_press_updates_the_card_and_thanks_privately(bolt: Any) -> None:
    bolt.act("/ui/command", channel=FINANCE, text="/finops cost", **{"as": FIONA})
    until(lambda: any(one["text"] == "card" for one in bolt.messages(FINANCE)))
    ts = next(one["ts"] for one in bolt.messages(FINANCE) if one["text"] == "card")
    bolt.act("/ui/press", channel=FINANCE, ts=ts, block_id="decide", action_id="approve", **{"as": RAJ})
    until(lambda: bolt.messages(FINANCE, RAJ)[-1]["text"] == "done")
    assert {one["ts"]: one["text"] for one in bolt.messages(FINANCE)}[ts] == f"by <@{RAJ}>"
    assert "done" not in {one["text"] for one in bolt.messages(FINANCE, FIONA)}


def test_a_modal_opens_refuses_and_closes(bolt: Any) -> None:
    bolt.act("/ui/command", channel=FINANCE, text="/finops deny", **{"as": FIONA})
    until(lambda: bolt.look("/ui/views", **{"as": FIONA})["stack"])
    (view,) = bolt.look("/ui/views", **{"as": FIONA})["stack"]

    def submitted(why: str) -> Any:
        values = {"why": {"why": {"value": why}}}
        return bolt.act("/ui/submit", view_id=view["id"], values=values, **{"as": FIONA})

    assert submitted("no") == {"ok": False, "errors": {"why": "Say more."}}
    assert submitted("too expensive") == {"ok": True}
    assert bolt.look("/ui/views", **{"as": FIONA}) == {"stack": []}


def test_an_opened_home_tab_is_published(bolt: Any) -> None:
    bolt.act("/ui/home/open", **{"as": FIONA})
    until(lambda: bolt.look("/ui/home", **{"as": FIONA})["view"])
    assert bolt.look("/ui/home", **{"as": FIONA})["view"]["blocks"][0]["type"] == "divider"

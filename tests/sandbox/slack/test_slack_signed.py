"""HTTP mode: what reaches the app's address is signed as Slack signs it."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from tests.sandbox.slack.listening import until

FINANCE, FIONA = "C0FINANCE00", "U0FIONA0000"


class Door(ThreadingHTTPServer):
    """An app's request URL: keeps what came and answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.came: list[tuple[dict[str, str], str]] = []
        self.status, self.words = 200, b""


class Answering(BaseHTTPRequestHandler):
    server: Door

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.came.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(self.server.words)))
        self.end_headers()
        self.wfile.write(self.server.words)

    def do_GET(self) -> None:
        """Whoever follows a redirect is welcomed, which a test would notice."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def door() -> Iterator[Door]:
    server = Door()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def slack(door: Door, starts: Any, tmp_path: Path) -> Any:
    return starts(tmp_path, "--request-url", f"http://127.0.0.1:{door.server_address[1]}/slack/events")


def typed(slack: Any) -> dict[str, Any]:
    answer: dict[str, Any] = slack.act("/ui/command", channel=FINANCE, text="/finops cost", **{"as": FIONA})
    return answer


def test_a_command_is_a_signed_form(slack: Any, door: Door) -> None:
    door.words = b"a plain answer"
    assert typed(slack) == {"ok": True}
    ((headers, body),) = door.came
    assert SignatureVerifier(slack.told["signing_secret"]).is_valid_request(body, headers)
    assert not SignatureVerifier(slack.told["signing_secret"]).is_valid_request(f"{body}&text=evil", headers)
    assert not SignatureVerifier("another secret").is_valid_request(body, headers)
    form = parse_qs(body)
    assert (form["command"], form["text"], form["is_enterprise_install"]) == (["/finops"], ["cost"], ["false"])
    assert slack.messages(FINANCE)[-1]["text"] == "a plain answer"


def test_a_press_is_a_signed_payload(slack: Any, door: Door) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    ts = slack.client().chat_postMessage(channel=FINANCE, text="x", blocks=blocks)["ts"]
    pressed = slack.act("/ui/press", channel=FINANCE, ts=ts, block_id="b", action_id="go", **{"as": FIONA})
    assert pressed == {"ok": True}
    ((headers, body),) = door.came
    assert SignatureVerifier(slack.told["signing_secret"]).is_valid_request(body, headers)
    assert json.loads(parse_qs(body)["payload"][0])["actions"][0]["action_id"] == "go"


def test_an_event_is_signed_json_and_told_again_after_an_error(slack: Any, door: Door) -> None:
    door.status = 500
    slack.act("/ui/home/open", **{"as": FIONA})
    until(lambda: len(door.came) == 2)
    (first, body), (second, again) = door.came
    assert json.loads(body)["event"]["type"] == "app_home_opened"
    assert body == again
    assert "X-Slack-Retry-Num" not in first
    assert (second["X-Slack-Retry-Num"], second["X-Slack-Retry-Reason"]) == ("1", "http_error")
    assert SignatureVerifier(slack.told["signing_secret"]).is_valid_request(again, second)


@pytest.mark.parametrize("status", [302, 401, 500])
def test_anything_but_200_fails_visibly(slack: Any, door: Door, status: int) -> None:
    door.status = status
    assert typed(slack) == {"ok": False, "error": "dispatch_failed"}
    assert len(door.came) == 1
    assert slack.messages(FINANCE)[-1]["text"] == '/finops failed with the error "dispatch_failed"'


def test_an_app_that_is_away_fails_visibly(slack: Any, door: Door) -> None:
    door.shutdown()
    door.server_close()
    assert typed(slack) == {"ok": False, "error": "dispatch_failed"}


def test_there_is_no_socket_mode_beside_it(slack: Any) -> None:
    client = WebClient(slack.told["app_token"], base_url=slack.told["api"])
    with pytest.raises(SlackApiError, match="forbidden_for_this_app"):
        client.apps_connections_open(app_token=slack.told["app_token"])

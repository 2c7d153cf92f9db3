"""HTTP mode: a rightly signed request is heard; whatever else comes to the door is refused, and never breaks it."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.serving import Served, served
from bot.settings import loaded
from bot.wiring import built
from sandbox.signed import signature
from tests import plain
from tests.bot.office import FINANCE, FIONA, configured, environment, said, until
from tests.sandbox.slack.conftest import Running, start

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MANIFEST = Path(__file__).parents[2] / "manifest.yaml"


def free_port() -> int:
    with socket.socket() as there:
        there.bind(("127.0.0.1", 0))
        return int(there.getsockname()[1])


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A workspace that speaks to the app over signed HTTP."""
    url = f"http://127.0.0.1:{free_port()}/slack/events"
    running = start(tmp_path_factory.mktemp("slack"), "--request-url", url, manifest=MANIFEST)
    running.told["url"] = url
    yield running
    running.stop()


@pytest.fixture(scope="module")
def bot(slack: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    port = int(slack.told["url"].split(":")[2].split("/")[0])
    home = configured(tmp_path_factory.mktemp("home"), slack.told, "search", slack={"mode": "http"},
                      door={"port": port})  # fmt: skip
    env = environment(slack.told)
    del env["SLACK_APP_TOKEN"]
    made = served(built(loaded(home, env)))
    made.start()
    yield made
    made.stop()
    made.house.engine.dispose()


def knock(slack: Running, body: bytes, kind: str = FORM, **headers: str | bytes) -> httpx.Response:
    """A request signed as Slack signs, unless *headers* say otherwise."""
    stamp = str(int(time.time()))
    signed = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(slack.told["signing_secret"], stamp, body.decode("utf-8", "replace")),
    }
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return plain.post(slack.told["url"], content=body, headers={**signed, **given}, timeout=10)


def test_a_command_over_signed_http_is_answered(bot: Served, slack: Running) -> None:
    answer = slack.act("/ui/command", channel=FINANCE, text="/finops budget search", **{"as": FIONA})
    assert answer == {"ok": True}
    until(lambda: [one for one in slack.messages(FINANCE) if "Budget of search" in said(one)], "the answer")


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Slack_Signature": "v0=" + "0" * 64},
        {"X_Slack_Signature": ""},
        {"X_Slack_Signature": "v0=" + "A" * 64},
        {"X_Slack_Signature": "v1=abc"},
        {"X_Slack_Signature": b"v0=\xff\xfe"},
        {"X_Slack_Signature": "v0=" + "٣" * 64},
        {"X_Slack_Request_Timestamp": ""},
        {"X_Slack_Request_Timestamp": "yesterday"},
        {"X_Slack_Request_Timestamp": "-1"},
        {"X_Slack_Request_Timestamp": "9" * 40},
        {"X_Slack_Request_Timestamp": "1795558948.5"},
        {"X_Slack_Request_Timestamp": b"\xd9\xa3\xd9\xa3"},
    ],
    ids=str,
)
def test_what_is_not_signed_rightly_is_refused(bot: Served, slack: Running, headers: dict[str, Any]) -> None:
    encoded = {name: value.encode() if isinstance(value, str) else value for name, value in headers.items()}
    assert knock(slack, b"command=%2Ffinops", **encoded).status_code == 401


def test_an_old_timestamp_is_refused_however_well_signed(bot: Served, slack: Running) -> None:
    old = str(int(time.time()) - 301)
    right = signature(slack.told["signing_secret"], old, "command=%2Ffinops")
    refused = knock(slack, b"command=%2Ffinops", X_Slack_Request_Timestamp=old, X_Slack_Signature=right)
    assert refused.status_code == 401


def test_missing_headers_are_refused(bot: Served, slack: Running) -> None:
    for body in (b"", b"payload={", b'{"type":', b"ssl_check=1&token=x", b"\xff\xfe"):
        assert plain.post(slack.told["url"], content=body).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"payload=%7Bnot+json", FORM, 400),
        (b"payload=[]", FORM, 400),
        (b"payload=", FORM, 400),
        (b"no-equals-sign", FORM, 400),
        (b"{", JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (b"3", JSON, 400),
        (b"", JSON, 400),
        (b"command=%2Ffinops", "text/plain", 415),
        (b"command=%2Ffinops", "", 415),
        (b"<x/>", "application/xml", 415),
    ],
)
def test_signed_nonsense_is_refused_in_kind(bot: Served, slack: Running, body: bytes, kind: str, status: int) -> None:
    assert knock(slack, body, kind).status_code == status


def test_a_body_that_is_no_text_is_refused(bot: Served, slack: Running) -> None:
    assert knock(slack, b"command=\xff\xfe").status_code == 401


def test_a_huge_body_is_refused_unread(bot: Served, slack: Running) -> None:
    assert knock(slack, b"a=" + b"x" * 2_000_000).status_code == 413


def test_only_posts_are_heard_and_other_paths_are_unknown(bot: Served, slack: Running) -> None:
    base = slack.told["url"].removesuffix("/slack/events")
    assert plain.get(slack.told["url"]).status_code == 405
    assert plain.post(base + "/", content=b"x").status_code == 404
    assert plain.get(base + "/slack/events/../healthz/x").status_code == 404
    assert plain.get(base + "/metrics").status_code == 404


def test_health_is_told(bot: Served, slack: Running) -> None:
    answer = plain.get(slack.told["url"].replace("/slack/events", "/healthz"))
    assert (answer.status_code, answer.json()["ok"]) == (200, True)

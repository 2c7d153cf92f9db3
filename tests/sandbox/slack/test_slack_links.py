"""Socket Mode: tickets, one socket per envelope, refreshes, events that are told again."""

import json
import time
from typing import Any

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from tests import plain
from tests.sandbox.slack.listening import Listening, until

FINANCE, FIONA, ERIK = "C0FINANCE00", "U0FIONA0000", "U0ERIK00000"


def typed(slack: Any, text: str) -> dict[str, Any]:
    answer: dict[str, Any] = slack.act("/ui/command", channel=FINANCE, text=text, **{"as": FIONA})
    return answer


def texts(app: Listening) -> list[str]:
    return [one.payload["text"] for one in app.heard]


async def words_on(address: str, count: int) -> list[dict[str, Any]]:
    async with ClientSession() as session, session.ws_connect(address) as socket:
        return [json.loads((await socket.receive(timeout=5)).data) for _ in range(count)]


def opened(slack: Any) -> str:
    client = slack.client(slack.told["app_token"])
    return str(client.apps_connections_open(app_token=slack.told["app_token"])["url"])


def test_the_first_word_is_hello(slack: Any, run: Any) -> None:
    (hello,) = run(words_on(opened(slack), 1))
    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"] == {"app_id": "A0TUPPENCE0"}


def test_a_ticket_opens_one_connection(slack: Any, run: Any) -> None:
    address = opened(slack)
    run(words_on(address, 1))
    with pytest.raises(WSServerHandshakeError):
        run(words_on(address, 1))


def test_each_envelope_goes_to_one_of_two_sockets(slack: Any, visitor: Listening) -> None:
    other = Listening(slack.told)
    for number in range(6):
        assert typed(slack, f"/finops {number}") == {"ok": True}
    assert sorted(texts(visitor) + texts(other)) == ["0", "1", "2", "3", "4", "5"]
    assert len(texts(visitor)) == len(texts(other)) == 3
    other.close()
    until(lambda: typed(slack, "/finops after") == {"ok": True})
    assert "after" not in texts(other)


def test_an_eleventh_connection_is_refused(slack: Any, run: Any) -> None:
    async def eleven() -> list[str]:
        async with ClientSession() as session:
            sockets = [await session.ws_connect(opened(slack)) for _ in range(11)]
            first = [json.loads((await socket.receive(timeout=5)).data) for socket in sockets]
            for socket in sockets:
                await socket.close()
        return [str(one.get("reason", one["type"])) for one in first]

    assert run(eleven()) == ["hello"] * 10 + ["too_many_websockets"]
    until(lambda: not slack.look("/ui/workspace")["connected"])


def test_a_refresh_is_announced_and_the_client_comes_back(slack: Any, visitor: Listening) -> None:
    slack.act("/control/faults", disconnect=True)
    until(lambda: slack.look("/ui/workspace")["connected"])
    until(lambda: typed(slack, "/finops again") == {"ok": True})
    assert texts(visitor)[-1] == "again"


def test_a_socket_told_to_leave_gets_no_more_envelopes(slack: Any, run: Any) -> None:
    async def left() -> tuple[dict[str, Any], dict[str, Any]]:
        async with ClientSession() as session, session.ws_connect(opened(slack)) as socket:
            await socket.receive()
            slack.act("/control/faults", disconnect=True)
            word = json.loads((await socket.receive(timeout=5)).data)
            return word, typed(slack, "/finops too late")

    word, answer = run(left())
    assert (word["type"], word["reason"]) == ("disconnect", "refresh_requested")
    assert answer == {"ok": False, "error": "dispatch_failed"}


def test_nonsense_on_the_wire_is_ignored(slack: Any, run: Any) -> None:
    async def noisy() -> bool:
        async with ClientSession() as session, session.ws_connect(opened(slack)) as socket:
            await socket.receive()
            for words in ("not json", "[]", '{"envelope_id": ["x"]}', '{"envelope_id": "unknown"}'):
                await socket.send_str(words)
            await socket.ping()
            return not socket.closed and bool(slack.look("/ui/workspace")["connected"])

    assert run(noisy())


def test_an_opened_home_tab_is_an_event(slack: Any, visitor: Listening) -> None:
    slack.act("/ui/home/open", **{"as": ERIK})
    told = visitor.last("event_callback")
    assert (visitor.heard[-1].type, visitor.heard[-1].accepts_response_payload) == ("events_api", False)
    event = told["event"]
    assert (event["type"], event["user"], event["tab"]) == ("app_home_opened", ERIK, "home")
    assert (told["team_id"], told["api_app_id"]) == ("T0BRIGHT000", "A0TUPPENCE0")
    assert told["event_id"].startswith("Ev")


def test_a_mention_is_an_event_and_other_talk_is_none(slack: Any, visitor: Listening) -> None:
    slack.act("/ui/say", channel=FINANCE, text="good morning", **{"as": ERIK})
    said = slack.act("/ui/say", channel=FINANCE, text="@tuppence what did we spend?", **{"as": ERIK})
    event = visitor.last("event_callback")["event"]
    assert len(visitor.heard) == 1
    assert event["text"] == "<@U0TUPPENCE0> what did we spend?"
    assert (event["type"], event["channel"], event["ts"]) == ("app_mention", FINANCE, said["ts"])


def test_an_event_nobody_heard_is_told_again(slack: Any) -> None:
    slack.act("/ui/home/open", **{"as": ERIK})
    time.sleep(0.2)
    late = Listening(slack.told)
    until(lambda: late.heard)
    request = late.heard[0]
    assert (request.retry_attempt, request.retry_reason) == (1, "no_connection")
    late.close()
    until(lambda: not slack.look("/ui/workspace")["connected"])


def test_the_page_hears_of_changes_as_they_happen(slack: Any, bot: Any) -> None:
    with plain.stream("GET", f"{slack.base}/ui/events", params={"key": slack.key}, timeout=5) as stream:
        lines = stream.iter_lines()
        assert next(lines) == ": listening"
        bot.chat_postMessage(channel=FINANCE, text="new")
        heard = next(line for line in lines if line.startswith("data: "))
    assert json.loads(heard.removeprefix("data: ")) == {"kind": "message", "channel": FINANCE, "for": None}

"""Who reads along decides what is posted; forms open at once; what fails can be sent again."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from bot.serving import Served, served
from bot.settings import loaded
from bot.wiring import built
from finops.people import Audience, Place
from tests.sandbox.slack.conftest import Running, start

MANIFEST = Path(__file__).parents[2] / "manifest.yaml"
FINANCE, ENGINEERING, GENERAL = "C0FINANCE00", "C0ENGINEER0", "C0GENERAL00"
FIONA, ERIK, DANA = "U0FIONA0000", "U0ERIK00000", "U0DANA00000"
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CONFIG = {
    "audiences": {"finance": {"channel": FINANCE}, "engineering": {"channel": GENERAL}},
    "people": {FIONA: {"roles": ["approver"]}, DANA: {"teams": ["support"]}},
    "budgets": {"search": {"monthly": 4000}, "support": {"monthly": 4000}},
}


def until(found: Callable[[], Any]) -> Any:
    end = time.monotonic() + 30
    while not (there := found()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return there


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start(tmp_path_factory.mktemp("slack"), manifest=MANIFEST)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def bot(slack: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("home")
    (home / "config.yaml").write_text(yaml.safe_dump(CONFIG))
    told = slack.told
    env = {"SLACK_BOT_TOKEN": told["bot_token"], "SLACK_APP_TOKEN": told["app_token"], "SLACK_API_BASE": told["api"]}
    made = served(built(loaded(home, env), lambda: NOW))
    made.links.open()
    yield made
    made.links.close()
    made.pool.close()
    made.renderer.close()
    made.house.engine.dispose()


def said(message: dict[str, Any]) -> str:
    return f"{message['text']} {json.dumps(message['blocks'] or [], ensure_ascii=False)}"


@contextmanager
def typed(
    slack: Running, line: str, who: str = FIONA, channel: str = FINANCE
) -> Iterator[Callable[[], dict[str, Any]]]:
    """Gives what waits for the first message that *who* sees since *line* was typed."""
    before = {one["ts"] for one in slack.messages(channel, who)}

    def answer() -> dict[str, Any]:
        found = until(lambda: [one for one in slack.messages(channel, who) if one["ts"] not in before])
        return dict(found[0])

    assert slack.act("/ui/command", channel=channel, text=line, **{"as": who}) == {"ok": True}
    yield answer


@contextmanager
def away(bot: Served, table: str) -> Iterator[None]:
    """The database has lost *table* for a while."""
    engine = bot.house.engine
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO lost"))
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE lost RENAME TO {table}"))


def form(slack: Running, who: str) -> dict[str, Any] | None:
    stack = slack.look("/ui/views", **{"as": who})["stack"]
    return stack[-1] if stack else None


def fields(slack: Running, who: str) -> list[str]:
    return [block["block_id"] for block in (form(slack, who) or {"blocks": []})["blocks"] if block["type"] == "input"]


def submitted(slack: Running, who: str, **values: str) -> dict[str, Any]:
    given = {name: {name: {"value": value}} for name, value in values.items()}
    view = form(slack, who)
    assert view
    return slack.act("/ui/submit", view_id=view["id"], values=given, **{"as": who})


def test_a_form_opens_at_once_and_is_filled_when_there_is_time(slack: Running, bot: Served) -> None:
    free = threading.Event()
    for _ in range(4):
        bot.pool.submit(lambda: free.wait(60) and None, lambda reference: None)
    with typed(slack, "/finops request search", ERIK):
        waiting = until(lambda: form(slack, ERIK))
        assert "One moment" in json.dumps(waiting["blocks"], ensure_ascii=False)
        free.set()
        assert until(lambda: fields(slack, ERIK)) == ["team", "amount", "reason"]
    before = len(bot.house.states.requests())
    assert submitted(slack, ERIK, amount="0", reason="more tests")["errors"].keys() == {"amount"}
    with away(bot, "counter"):
        assert submitted(slack, ERIK, amount="5000", reason="more tests") != {"ok": True}
    assert submitted(slack, ERIK, amount="5000", reason="more tests") == {"ok": True}
    assert len(bot.house.states.requests()) == before + 1


def test_a_form_that_may_not_be_had_says_why(slack: Running, bot: Served) -> None:
    slack.act("/ui/command", channel=FINANCE, text="/finops request", **{"as": "U0GUEST0000"})
    view = until(lambda: (shown := form(slack, "U0GUEST0000")) and "Guests" in json.dumps(shown["blocks"]) and shown)
    assert not [block for block in view["blocks"] if block["type"] == "input"]


def test_a_database_that_fails_while_something_comes_in_is_not_silent(slack: Running, bot: Served) -> None:
    with away(bot, "inbox"), typed(slack, "/finops help") as answer:
        assert "Something broke on our side" in answer()["text"]


def test_who_may_see_one_team_is_answered_alone_and_told_so(slack: Running, bot: Served) -> None:
    with typed(slack, "/finops cost mtd", DANA) as answer:
        mine = answer()
    assert mine["ephemeral"]
    assert "This covers support only" in said(mine)
    with typed(slack, "/finops cost mtd", FIONA) as answer:
        assert not answer()["ephemeral"]


def test_a_bot_that_was_not_invited_says_how_to_invite_it(slack: Running, bot: Served) -> None:
    with typed(slack, "/finops cost mtd", channel=GENERAL) as answer:
        assert "/invite" in said(answer())


def test_a_card_in_a_channel_that_outsiders_came_to_loses_its_amounts(slack: Running, bot: Served) -> None:
    with typed(slack, "/finops request support 4321 tests", FIONA) as answer:
        answer()
    request = bot.house.states.requests()[0].state
    bot.worker.showing.show(request.subject)
    (place,) = bot.worker.showing.places.of(request.subject)

    def card() -> str:
        return said(next(one for one in slack.messages(FINANCE) if one["ts"] == place.ts))

    assert "4,321" in card() or "4.32k" in card()
    outside = replace(bot.worker.showing, shared=lambda where: where.channel == FINANCE)
    outside.show(request.subject)
    assert "Outsiders read along" in card()
    assert "4,321" not in card()
    assert "$" not in card()
    bot.worker.showing.show(request.subject)
    assert "4,321" in card() or "4.32k" in card()


def test_nothing_is_posted_where_outsiders_read_along(slack: Running, bot: Served) -> None:
    before = len(slack.messages(FINANCE))
    outside = replace(bot.worker.showing, shared=lambda where: True)
    assert not outside.posted(Audience.FINANCE)
    outside.tell("openai: the key is refused.")
    assert len(slack.messages(FINANCE)) == before


def test_operators_are_told_in_words_that_do_nothing(slack: Running, bot: Served) -> None:
    channels = {Audience.ENGINEERING: Place(ENGINEERING, "UTC", Audience.ENGINEERING)}
    telling = replace(bot.worker.showing, channels=channels)
    telling.tell("openai: <!channel> said *this*")
    newest = slack.messages(ENGINEERING)[-1]
    assert "said" in said(newest)
    assert "<!channel>" not in said(newest)
    bot.jobs.tell("This one has a channel that the bot is not in, which stops nobody.")

"""The real bot over a home of its own, before a sandbox workspace: people press and type, and look at what is said."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from bot.serving import Served, served
from bot.settings import loaded
from bot.wiring import House, built
from finops.budgets.approval import BudgetRequest
from tests import plain
from tests.sandbox.slack.conftest import Running

FINANCE, GENERAL = "C0FINANCE00", "C0GENERAL00"
FIONA, RAJ, ERIK, DANA, GUS = "U0FIONA0000", "U0RAJ000000", "U0ERIK00000", "U0DANA00000", "U0GUEST0000"
OLD, NEW = Decimal(4000), Decimal(6500)
_TEAMS = (f"team{number}" for number in itertools.count(1))
_PATIENCE = 30.0


@dataclass
class Clock:
    """The time that the bot is told."""

    now: datetime = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def until(found: Callable[[], Any], what: str = "it") -> Any:
    """What *found* finds, as soon as it finds something; fails after some seconds."""
    end = time.monotonic() + _PATIENCE
    while not (there := found()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)
    return there


@dataclass
class Gateway:
    """The sandbox's gateway, as its operator sees it."""

    told: dict[str, str]

    def says(self, path: str, body: Any = None, **query: str) -> Any:
        headers = {"Authorization": f"Bearer {self.told['gateway_key']}"}
        method = "GET" if body is None else "POST"
        return plain.request(method, self.told["gateway"] + path, json=body, params=query, headers=headers).json()

    def holds(self, team: str) -> float:
        return float(self.says("/team/info", team_id=team)["team_info"]["max_budget"])

    def writes(self, team: str) -> list[float]:
        """Every limit that was ever sent for *team*."""
        return [each["body"]["max_budget"] for each in self.says("/sandbox/writes") if each["body"]["team_id"] == team]

    def switch(self, **faults: Any) -> None:
        none = {"refuse": False, "ignore": False, "status": None, "stall": False}
        self.says("/sandbox/faults", {**none, **faults})


def configured(home: Path, told: dict[str, str], team: str, **more: Any) -> Path:
    """*home* with a config.yaml in which *team* has a budget at the sandbox's gateway, and the gateway knows it."""
    said = {
        "audiences": {"finance": {"channel": FINANCE, "zone": "Europe/Berlin", "days": []}},
        "people": {FIONA: {"roles": ["approver"]}, RAJ: {"roles": ["approver"]}},
        "budgets": {team: {"monthly": int(OLD), "target": "litellm", "id": f"team/{team}"}},
        "targets": {"litellm": {"base_url": told["gateway"], "key": told["gateway_key"]}},
        "door": {"port": 0},
    }
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yaml").write_text(yaml.safe_dump(said | more))
    Gateway(told).says("/sandbox/teams", [{"team_id": team, "team_alias": team, "max_budget": float(OLD)}])
    return home


def environment(told: dict[str, str], database: str = "") -> dict[str, str]:
    """What the bot reads from its environment to speak to the sandbox."""
    said = {"SLACK_BOT_TOKEN": told["bot_token"], "SLACK_APP_TOKEN": told["app_token"],
            "SLACK_SIGNING_SECRET": told["signing_secret"], "SLACK_API_BASE": told["api"]}  # fmt: skip
    return said | ({"DATABASE_URL": database} if database else {})


@dataclass
class Office:
    """One team's budget, one bot (or several *replicas*) that looks after it, and the people around it."""

    slack: Running
    home: Path
    database: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    team: str = field(default_factory=lambda: next(_TEAMS))
    bots: list[Served] = field(default_factory=list)
    begun: str = field(default_factory=lambda: f"{time.time():.6f}")

    def __post_init__(self) -> None:
        configured(self.home, self.slack.told, self.team, **self.more)
        self.gateway = Gateway(self.slack.told)
        self.opened()

    def opened(self) -> Served:
        """One bot more, which listens."""
        made = served(self.built())
        made.links.open()
        self.bots.append(made)
        return made

    def built(self) -> House:
        return built(loaded(self.home, environment(self.slack.told, self.database)), self.clock)

    def close(self) -> None:
        self.settle()
        for bot in self.bots:
            bot.renderer.close()
            bot.house.engine.dispose()
        until(lambda: not self.slack.look("/ui/workspace")["connected"], "the links to end")

    @property
    def house(self) -> House:
        return self.bots[0].house

    def work(self) -> None:
        """Make every effect true that is due now."""
        self.bots[0].worker.work()

    def state(self, request: str) -> BudgetRequest:
        return self.house.states.request(request).state

    def types(self, who: str, text: str, channel: str = FINANCE) -> None:
        assert self.slack.act("/ui/command", channel=channel, text=text, **{"as": who}) == {"ok": True}

    def asked(self, who: str = ERIK, amount: Decimal = NEW) -> str:
        """The id of a request that *who* made by typing, its card shown to finance."""
        before = {held.state.subject for held in self.house.states.requests()}
        self.types(who, f"/finops request {self.team} {amount} evaluation runs")
        fresh = until(lambda: {held.state.subject for held in self.house.states.requests()} - before, "a request")
        request = str(fresh.pop()).removeprefix("request/")
        self.private(who, "Asked for")
        self.work()
        return request

    def card(self, request: str) -> dict[str, Any]:
        """The card as finance sees it."""
        (card,) = [one for one in self.seen(FINANCE, FIONA) if not one["ephemeral"] and request in headed(one)]
        return card

    def seen(self, channel: str, who: str) -> list[dict[str, Any]]:
        """What *who* sees in the channel since this office opened; others were there before, in the same workspace."""
        return [one for one in self.slack.messages(channel, who) if one["ts"] > self.begun]

    def press(self, who: str, label: str, message: dict[str, Any], channel: str = FINANCE) -> dict[str, Any]:
        block, action = button(message, label)
        return self.slack.act("/ui/press", channel=channel, ts=message["ts"], block_id=block, action_id=action,
                              **{"as": who})  # fmt: skip

    def submits(self, who: str, **values: str) -> dict[str, Any]:
        """What became of the form that *who* has open, filled in and sent."""
        form = until(lambda: self._form(who), "a form")
        asked = [block["element"] for block in form["blocks"] if "element" in block]
        options = {each["value"]: each for element in asked for each in element.get("options", [])}
        given = {
            name: {name: {"value": value, "selected_option": options.get(value)}} for name, value in values.items()
        }
        return self.slack.act("/ui/submit", view_id=form["id"], values=given, **{"as": who})

    def _form(self, who: str) -> dict[str, Any] | None:
        """What *who* has open, once it asks for something."""
        stack: list[dict[str, Any]] = self.slack.look("/ui/views", **{"as": who})["stack"]
        return stack[-1] if stack and any("element" in block for block in stack[-1]["blocks"]) else None

    def settle(self) -> None:
        """Listen no more, and wait until nothing that came in is still being worked on."""
        for bot in self.bots:
            bot.links.close()
            bot.pool.close()

    def name(self, who: str) -> str:
        found = [one["name"] for one in self.slack.look("/ui/workspace")["people"] if one["id"] == who]
        return str(found[0])

    def private(self, who: str, text: str, channel: str = FINANCE) -> dict[str, Any]:
        """The newest message that only *who* sees and that says *text*, once there is one."""
        found = until(lambda: [one for one in self.whispers(who, channel) if text in said(one)], f"“{text}”")
        newest: dict[str, Any] = found[-1]
        return newest

    def whispers(self, who: str, channel: str = FINANCE) -> list[dict[str, Any]]:
        return [one for one in self.seen(channel, who) if one["ephemeral"]]


def said(message: dict[str, Any]) -> str:
    """Everything a message says: its text, and all texts in its blocks."""
    return f"{message['text']} {json.dumps(message['blocks'] or [], ensure_ascii=False)}"


def headed(message: dict[str, Any]) -> list[str]:
    """The words of a message's title."""
    blocks = message["blocks"] or []
    return [word for one in blocks if one["type"] == "header" for word in one["text"]["text"].split()]


def button(message: dict[str, Any], label: str) -> tuple[str, str]:
    """Block and action of the button called *label*."""
    found = [(block["block_id"], each["action_id"]) for block in message["blocks"] if block["type"] == "actions"
             for each in block["elements"] if each["text"]["text"] == label]  # fmt: skip
    assert found, f"there is no button {label}"
    return found[0]

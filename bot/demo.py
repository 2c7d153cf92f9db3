"""The demo: a Slack and a gateway on this machine, a made-up company's files, and the real bot over them."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import click
import yaml

from bot.jobs import Jobs
from bot.serving import run
from bot.settings import loaded
from bot.wiring import House, built, now
from finops.errors import BadConfig
from finops.people import Audience, Member, Place
from sources._base import FileSource
from sources.drivers import Drivers
from sources.focus import Focus
from sources.requests import Requests
from web.client import Web

log = logging.getLogger(__name__)

_MANIFEST = Path(__file__).parents[1] / "manifest.yaml"
_ZONE = "Europe/Berlin"
_CHANNELS = {Audience.FINANCE: "C0FINANCE00", Audience.ENGINEERING: "C0ENGINEER0", Audience.SECURITY: "C0SECURITY0"}
_PEOPLE = {
    "U0FIONA0000": {"name": "Fiona Marsh", "roles": ["approver"]},
    "U0RAJ000000": {"name": "Raj Patel", "roles": ["approver"]},
    "U0ERIK00000": {"name": "Erik Lund", "roles": ["operator"]},
    "U0SANA00000": {"name": "Sana Idris", "roles": []},
    "U0DANA00000": {"name": "Dana Kim", "roles": []},
}
_ASKED = {"team": "search", "reason": "Evaluation runs for the new ranking model until the end of the quarter"}
_ERIK = Member("U0ERIK00000", "Erik Lund")


def shown(home: Path, port: int, stop: Event) -> None:
    """Start everything, print the one address, and serve until *stop*; BadConfig if the sandbox does not start."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    sandbox, told = _sandbox(home, port)
    try:
        _company(home)
        house = _house(home, told)
        _imported(house, home / "company")
        _story(house)
        click.echo(f"\n  Tuppence, the demo (a made-up company, nothing leaves this machine):\n\n    {told['page']}\n\n"
                   "  Ctrl-C ends it; started again, it goes on. `make demo-reset` starts over.\n")  # fmt: skip
        run(house, stop)
    finally:
        sandbox.terminate()
        sandbox.wait(10)


def _sandbox(home: Path, port: int) -> tuple[subprocess.Popen[str], Mapping[str, str]]:
    gateway = "0" if port == 0 else str(port + 1)
    command = [sys.executable, "-m", "sandbox", "--home", str(home / "slack"), "--manifest", str(_MANIFEST),
               "--port", str(port), "--gateway-port", gateway, "--with-parent"]  # fmt: skip
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        process.wait(10)
        raise BadConfig(f"The demo's Slack did not start; is port {port} taken? Try `tuppence demo --port 0`.")
    return process, json.loads(line)


def _company(home: Path) -> None:
    yesterday = now().date() - timedelta(days=1)
    command = [sys.executable, "-m", "sandbox.company", "--out", str(home / "company"), "--until", str(yesterday)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def _house(home: Path, told: Mapping[str, str]) -> House:
    budgets = json.loads((home / "company" / "budgets.json").read_text())
    file = home / "config.yaml"
    said = yaml.safe_load(file.read_text()) if file.exists() else _settings(budgets)
    said["targets"] = {"litellm": {"base_url": told["gateway"], "key": f"file:{_secret(home, told)}"}}
    file.write_text(yaml.safe_dump(said, sort_keys=False))
    environment = {"SLACK_BOT_TOKEN": told["bot_token"], "SLACK_APP_TOKEN": told["app_token"],
                   "SLACK_SIGNING_SECRET": told["signing_secret"], "SLACK_API_BASE": told["api"]}  # fmt: skip
    settings = loaded(home, environment)
    gateway = Web(told["gateway"], "the demo's gateway", {"Authorization": f"Bearer {told['gateway_key']}"})
    gateway.write("sandbox/teams", [_team(budget) for budget in budgets])
    return built(settings)


def _settings(budgets: list[dict[str, Any]]) -> dict[str, Any]:
    every = list(range(7))
    return {
        "company": {"name": "Brightwater", "currency": "USD", "zone": _ZONE},
        "audiences": {
            str(a): {"channel": c, "zone": _ZONE, "at": "00:00", "days": every} for a, c in _CHANNELS.items()
        },
        "people": _PEOPLE,
        "budgets": {b["team"]: {"monthly": b["monthly"], "target": b["target"], "id": b["id"]} for b in budgets},
        "door": {"port": 0},
    }


def _secret(home: Path, told: Mapping[str, str]) -> Path:
    file = home / "gateway.key"
    file.touch(mode=0o600)
    file.write_text(told["gateway_key"])
    return file


def _team(budget: Mapping[str, Any]) -> dict[str, Any]:
    return {"team_id": budget["id"].removeprefix("team/"), "team_alias": budget["team"],
            "max_budget": float(budget["monthly"])}  # fmt: skip


def _imported(house: House, company: Path) -> None:
    kinds: dict[str, FileSource] = {
        "focus/*.csv": Focus(),
        "requests/*.jsonl.gz": Requests(format="litellm"),
        "drivers/*.csv": Drivers(),
    }
    for pattern, source in kinds.items():
        house.facts.publish(source.batch(tuple(sorted(company.glob(pattern)))), house.clock())


def _story(house: House) -> None:
    """What would have happened by now: anomalies are detected, and Erik asked for a larger budget, once."""
    Jobs(house, {}, log.warning).detect()
    if house.states.requests():
        return
    amount = house.states.budget("search").state.amount.amount * 3 / 2
    values = _ASKED | {"amount": f"{amount:.0f}"}
    house.asking().filled("request", values, _ERIK, Place(_CHANNELS[Audience.ENGINEERING], _ZONE))

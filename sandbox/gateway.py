"""A LiteLLM-compatible gateway on this machine: budgets of teams and keys, spend logs, and faults to be switched on."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.identity import write_private

_PAGE = 1000
_FAULTS: dict[str, Any] = {"refuse": False, "ignore": False, "status": None, "stall": False}
Entry = dict[str, Any]
Call = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gateway:
    """Teams and keys with their budgets, kept in *home*; *key* is the master key."""

    def __init__(self, home: Path, key: str) -> None:
        self._file, self._logs, self._key = home / "gateway.json", home.parent / "company" / "requests", key
        kept = json.loads(self._file.read_text()) if self._file.exists() else {}
        self.teams: dict[str, Entry] = kept.get("teams", {})
        self.keys: dict[str, Entry] = kept.get("keys", {})
        self.writes: list[Entry] = kept.get("writes", [])
        self.faults = dict(_FAULTS)

    @web.middleware
    async def door(self, request: web.Request, handler: Call) -> web.StreamResponse:
        """Let the master key in, as LiteLLM does; show the faults that are switched on."""
        if request.headers.get("Authorization") != f"Bearer {self._key}":
            return _error(401, "token_not_found_in_db", "Authentication Error, invalid key")
        if self.faults["status"] and not request.path.startswith("/sandbox/"):
            return _error(int(self.faults["status"]), "internal_server_error", "The gateway was told to fail.")
        return await handler(request)

    async def add_teams(self, request: web.Request) -> web.Response:
        """Add the teams that are not there yet, and a key of the same name for each."""
        for team in await request.json():
            self.teams.setdefault(team["team_id"], {**team, "budget_duration": "30d", "spend": 0.0})
            self.keys.setdefault(team["team_id"], _key(team["team_id"]))
        self._save()
        return web.json_response({"teams": len(self.teams)})

    async def set_faults(self, request: web.Request) -> web.Response:
        """Switch faults on or off."""
        told = await request.json()
        self.faults |= {name: told[name] for name in _FAULTS if name in told}
        return web.json_response(self.faults)

    async def written(self, _: web.Request) -> web.Response:
        """Every change of a budget that came in."""
        return web.json_response(self.writes)

    async def update(self, request: web.Request) -> web.Response:
        """Set the budget of a team or a key."""
        told = await request.json()
        entry = self.teams.get(told.get("team_id", "")) if "team" in request.path else self._key_of(told.get("key", ""))
        if entry is None:
            return _error(404, "not_found", "There is no such team or key.")
        self.writes.append({"at": datetime.now(UTC).isoformat(), "path": request.path, "body": told})
        if self.faults["refuse"]:
            self._save()
            return _error(400, "bad_request_error", "The gateway was told to refuse changes.")
        fresh = {name: told[name] for name in ("max_budget", "budget_duration", "soft_budget") if name in told}
        if not self.faults["ignore"]:
            entry.update(fresh)
        self._save()
        return web.json_response({**entry, **fresh})

    async def team_info(self, request: web.Request) -> web.Response:
        """A team with its budget."""
        name = request.query.get("team_id", "")
        while self.faults["stall"] and any(each["body"].get("team_id") == name for each in self.writes):
            await asyncio.sleep(0.05)  # what was changed cannot be read back for now
        team = self.teams.get(name)
        if team is None:
            return _error(404, "not_found", "Team not found.")
        return web.json_response({"team_id": team["team_id"], "team_info": team, "keys": []})

    async def team_list(self, _: web.Request) -> web.Response:
        """All teams."""
        return web.json_response(list(self.teams.values()))

    async def key_info(self, request: web.Request) -> web.Response:
        """A key with its budget."""
        key = self._key_of(request.query.get("key", ""))
        return (
            web.json_response({"key": key["token"], "info": key}) if key else _error(404, "not_found", "Key not found.")
        )

    async def key_list(self, request: web.Request) -> web.Response:
        """All keys, or those with an alias."""
        alias = request.query.get("key_alias")
        keys = [key for key in self.keys.values() if alias in (None, key["key_alias"])]
        return web.json_response({"keys": keys, "total_count": len(keys), "current_page": 1, "total_pages": 1})

    async def spend_logs(self, request: web.Request) -> web.Response:
        """The log of the days asked for (end exclusive), in pages."""
        first, last = request.query["start_date"][:10], request.query["end_date"][:10]
        rows = list(self._rows(first, last))
        page, size = int(request.query.get("page", 1)), int(request.query.get("page_size", _PAGE))
        shown = rows[(page - 1) * size : page * size]
        pages = max(1, -(-len(rows) // size))
        return web.json_response({"data": shown, "total": len(rows), "page": page, "page_size": size,
                                  "total_pages": pages})  # fmt: skip

    def _rows(self, first: str, last: str) -> Iterator[Entry]:
        for file in sorted(self._logs.glob("litellm-*.jsonl.gz")):
            if first <= file.name.removeprefix("litellm-")[:10] < last:
                with gzip.open(file, "rt") as lines:
                    yield from map(json.loads, lines)

    def _key_of(self, name: str) -> Entry | None:
        return next((key for key in self.keys.values() if name in (key["token"], key["key_alias"])), None)

    def _save(self) -> None:
        kept = {"teams": self.teams, "keys": self.keys, "writes": self.writes}
        write_private(self._file, json.dumps(kept))


def gateway_app(home: Path, key: str) -> web.Application:
    """The gateway as an application; its state lies in *home*, whoever holds *key* may do everything."""
    gateway = Gateway(home, key)
    app = web.Application(middlewares=[gateway.door])
    app.add_routes(
        [
            web.post("/sandbox/teams", gateway.add_teams),
            web.post("/sandbox/faults", gateway.set_faults),
            web.get("/sandbox/writes", gateway.written),
            web.post("/team/update", gateway.update),
            web.get("/team/info", gateway.team_info),
            web.get("/team/list", gateway.team_list),
            web.post("/key/update", gateway.update),
            web.get("/key/info", gateway.key_info),
            web.get("/key/list", gateway.key_list),
            web.get("/spend/logs/v2", gateway.spend_logs),
        ]
    )
    return app


def _key(name: str) -> Entry:
    return {"token": f"hashed-{name}", "key_alias": name, "team_id": name, "max_budget": None, "spend": 0.0}


def _error(status: int, kind: str, message: str) -> web.Response:
    error = {"message": message, "type": kind, "param": "key", "code": str(status)}
    return web.json_response({"error": error}, status=status)

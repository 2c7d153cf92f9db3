"""What the page shows: the workspace, messages, Home tabs, modals, pictures."""

import secrets
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox import people
from sandbox.carrier import Carrier
from sandbox.methods.call import Json
from sandbox.people import Person
from sandbox.state.messages import Message
from sandbox.state.views import View
from sandbox.workspace import Workspace

_PAGE = Path(__file__).parent.parent / "page"


class Looks:
    """The page's reading calls."""

    def __init__(self, workspace: Workspace, carrier: Carrier) -> None:
        self._workspace, self._carrier = workspace, carrier

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.get("/", self._index),
            web.get("/archives/{channel}/{message}", self._archive),
            web.static("/static", _PAGE),
            web.get("/ui/workspace", self._workspace_shown),
            web.get("/ui/messages", self._messages),
            web.get("/ui/home", self._home),
            web.get("/ui/views", self._views),
            web.get("/files/{file}", self._file),
        ]

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_PAGE / "index.html")

    async def _archive(self, request: web.Request) -> web.StreamResponse:
        """A permalink: the page, which finds the place in its address."""
        found = request.match_info
        raise web.HTTPFound(f"/#{found['channel']}/{found['message']}")

    async def _workspace_shown(self, request: web.Request) -> web.Response:
        manifest = self._workspace.manifest
        return web.json_response(
            {
                "workspace": people.WORKSPACE,
                "demo": True,
                "people": [_person(one) for one in people.PEOPLE],
                "channels": [
                    {
                        "id": one.id,
                        "name": one.name,
                        "topic": one.topic,
                        "bot_member": people.BOT_USER in one.members,
                    }
                    for one in people.CHANNELS
                ],
                "groups": [{"id": one.id, "handle": one.handle} for one in people.GROUPS],
                "bot": {"id": people.BOT_USER, "name": manifest.name},
                "commands": [
                    {"command": one.command, "description": one.description, "usage_hint": one.usage_hint}
                    for one in manifest.commands
                ],
                "connected": self._carrier.connected,
            }
        )

    async def _messages(self, request: web.Request) -> web.Response:
        place, who = people.channel(request.query.get("channel", "")), request.query.get("as", "")
        if place is None or (place.is_direct and who not in place.members):
            raise web.HTTPNotFound(text="no such channel")
        seen = self._workspace.messages.seen(place.id, who) if who in place.members else []
        return web.json_response({"messages": [self._message(one) for one in seen]})

    async def _home(self, request: web.Request) -> web.Response:
        view = self._workspace.views.home(request.query.get("as", ""))
        return web.json_response({"view": self._view(view) if view else None})

    async def _views(self, request: web.Request) -> web.Response:
        stack = self._workspace.views.stack(request.query.get("as", ""))
        return web.json_response({"stack": [self._view(view) for view in stack]})

    async def _file(self, request: web.Request) -> web.Response:
        if not self._may_see_files(request):
            raise web.HTTPForbidden(text="wrong key")
        file = self._workspace.files.one(request.match_info["file"])
        if file is None or not file.completed:
            raise web.HTTPNotFound(text="no such file")
        picture = file.true_type.startswith("image/")
        kind = file.true_type if picture else "application/octet-stream"
        headers = {} if picture else {"Content-Disposition": "attachment"}
        return web.Response(body=self._workspace.files.content(file), content_type=kind, headers=headers)

    def _may_see_files(self, request: web.Request) -> bool:
        key, token = request.query.get("key", ""), request.headers.get("Authorization", "")
        identity = self._workspace.identity
        own = secrets.compare_digest(key.encode(), identity.page_key.encode())
        return own or secrets.compare_digest(token.encode(), f"Bearer {identity.bot_token}".encode())

    def _message(self, message: Message) -> Json:
        return {
            "ts": message.ts,
            "thread_ts": message.thread_ts,
            "user": message.user,
            "username": self._name(message.user),
            "text": message.text,
            "blocks": self._with_pictures(message.blocks) or None,
            "ephemeral": message.only_for is not None,
            "edited": message.edited,
            "broadcast": message.broadcast,
            "files": [self._attached(name) for name in message.files],
            "reply_count": self._workspace.messages.replies(message),
        }

    def _name(self, user: str) -> str:
        known = {people.BOT_USER: self._workspace.manifest.name, people.SLACKBOT: "Slackbot"}
        who = people.person(user)
        return who.real_name if who else known.get(user, user)

    def _attached(self, name: str) -> Json:
        file = self._workspace.files.one(name)
        told = (file.title, file.alt) if file else (name, "")
        return {"id": name, "name": told[0], "url": self._picture(name), "alt": told[1]}

    def _view(self, view: View) -> Json:
        return {**view.payload, "blocks": self._with_pictures(view.content["blocks"])}

    def _with_pictures(self, value: Any) -> Any:
        """The blocks, in which every slack_file also has an address the page can show."""
        if isinstance(value, list):
            return [self._with_pictures(one) for one in value]
        if not isinstance(value, dict):
            return value
        shown = {key: self._with_pictures(one) for key, one in value.items()}
        if isinstance(file := value.get("slack_file"), dict):
            named = file.get("id") or file["url"].rpartition("/files/")[2]
            shown["image_url"] = self._picture(named)
        return shown

    def _picture(self, name: str) -> str:
        return f"/files/{name}?key={self._workspace.identity.page_key}"


def _person(one: Person) -> Json:
    shown = {"id": one.id, "name": one.real_name, "handle": one.name, "title": one.title}
    return {**shown, "initials": one.initials, "color": one.color, "dm": one.direct, "guest": one.guest}

"""What people do on the page: type, press, fill in, close."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox import people
from sandbox.acts.command import command
from sandbox.acts.events import Events
from sandbox.acts.press import Press, press_in_message, press_in_view
from sandbox.acts.submit import close, submit
from sandbox.carrier import Carrier
from sandbox.methods.call import Json, SlackError
from sandbox.people import Channel, Person
from sandbox.state.views import View
from sandbox.workspace import Workspace

Deed = Callable[[Person, Json], Awaitable[Json]]


class Deeds:
    """The page's acting calls, each in the name of the person it names."""

    def __init__(self, workspace: Workspace, carrier: Carrier, events: Events) -> None:
        self._workspace, self._carrier, self._events = workspace, carrier, events

    def routes(self) -> list[web.RouteDef]:
        deeds: dict[str, Deed] = {
            "/ui/command": self._command,
            "/ui/say": self._say,
            "/ui/press": self._press,
            "/ui/submit": self._submit,
            "/ui/close": self._close,
            "/ui/home/open": self._home_opened,
        }
        return [web.post(path, _answering(deed)) for path, deed in deeds.items()]

    async def _command(self, who: Person, told: Json) -> Json:
        where = _channel(told, who)
        if who.id not in where.members:
            raise SlackError("not_in_channel")
        return await command(self._workspace, self._carrier, who, where, str(told["text"]))

    async def _say(self, who: Person, told: Json) -> Json:
        said = self._events.say(who, _channel(told, who), str(told["text"]), told.get("thread_ts"))
        return {"ok": True, "ts": said.ts}

    async def _press(self, who: Person, told: Json) -> Json:
        press = Press(told["block_id"], told["action_id"], told, told.get("state") or {})
        if told.get("view_id"):
            view = self._view(who, told)
            return await press_in_view(self._workspace, self._carrier, who, view, press)
        channel = _channel(told, who)
        message = self._workspace.messages.one(channel.id, told["ts"])
        if message is None or message.only_for not in (None, who.id) or who.id not in channel.members:
            raise SlackError("message_not_found")
        return await press_in_message(self._workspace, self._carrier, who, message, press)

    async def _submit(self, who: Person, told: Json) -> Json:
        view = self._view(who, told)
        if not view.content.get("submit"):
            raise SlackError("view_has_no_submit")
        return await submit(self._workspace, self._carrier, who, view, told.get("values") or {})

    async def _close(self, who: Person, told: Json) -> Json:
        view = self._view(who, told)
        if view.content["type"] != "modal":
            raise SlackError("view_not_found")
        return await close(self._workspace, self._carrier, who, view)

    async def _home_opened(self, who: Person, told: Json) -> Json:
        self._events.home_opened(who)
        return {"ok": True}

    def _view(self, who: Person, told: Json) -> View:
        view = self._workspace.views.one(told["view_id"])
        if view is None or view.owner != who.id:
            raise SlackError("view_not_found")
        return view


def _answering(deed: Deed) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            told = await request.json()
            return web.json_response(await deed(_person(told), told))
        except SlackError as refusal:
            return web.json_response({"ok": False, "error": refusal.error, **refusal.more})
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            raise web.HTTPBadRequest(text=f"not what this call takes: {wrong!r}") from wrong

    return answer


def _person(told: Json) -> Person:
    who = people.person(told["as"])
    if who is None:
        raise SlackError("user_not_found")
    return who


def _channel(told: Json, who: Person) -> Channel:
    channel = people.channel(told["channel"])
    if channel is None or (channel.is_direct and who.id not in channel.members):
        raise SlackError("channel_not_found")
    return channel

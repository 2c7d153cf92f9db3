"""Socket Mode: the app's open WebSocket connections, one of which gets each envelope."""

import asyncio
import json
import uuid
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox.carrier import ACK_SECONDS, Envelope, Undelivered
from sandbox.people import APP_ID
from sandbox.state.changes import Kind
from sandbox.workspace import Workspace

_MOST = 10
_REFRESH_SECONDS = 5


class Link:
    """Carries envelopes over the sockets the app opened."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: list[web.WebSocketResponse] = []
        self._retired: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/link/", self._serve)]

    @property
    def connected(self) -> bool:
        return bool(self._open)

    async def carry(self, envelope: Envelope) -> dict[str, Any]:
        """Send to one open socket and wait three seconds; raises Undelivered."""
        answer = await self._sent(envelope)
        if self._workspace.faults.twice:
            await self._sent(envelope)
        try:
            return await asyncio.wait_for(answer, ACK_SECONDS)
        except TimeoutError as late:
            raise Undelivered("timeout") from late

    async def disconnect(self) -> None:
        """Announce a refresh on every socket; no envelope goes to them any more."""
        leaving, self._open = self._open, []
        self._retired += leaving
        for socket in leaving:
            await _say(socket, {"type": "disconnect", "reason": "refresh_requested", "debug_info": _debug()})
            closing = asyncio.create_task(self._close_later(socket))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
        self._workspace.changes.tell(Kind.LINK)

    async def close(self) -> None:
        for closing in self._closing:
            closing.cancel()
        for socket in [*self._open, *self._retired]:
            await socket.close(code=WSCloseCode.GOING_AWAY)

    async def _sent(self, envelope: Envelope) -> asyncio.Future[dict[str, Any]]:
        if not self._open:
            raise Undelivered("no_connection")
        self._open.append(self._open.pop(0))
        name = str(uuid.uuid4())
        waiting = self._waiting[name] = asyncio.get_running_loop().create_future()
        waiting.add_done_callback(lambda _: self._waiting.pop(name, None))
        retry = {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
        told: dict[str, Any] = {"envelope_id": name, "type": envelope.sort, "payload": envelope.payload}
        told["accepts_response_payload"] = envelope.answerable
        await _say(self._open[-1], {**told, **retry} if envelope.sort == "events_api" else told)
        return waiting

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if not self._workspace.tickets.use(request.query.get("ticket", "")):
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        if len(self._open) >= _MOST:
            await _say(socket, {"type": "disconnect", "reason": "too_many_websockets", "debug_info": _debug()})
            await socket.close()
            return socket
        self._open.append(socket)
        await _say(socket, self._hello())
        self._workspace.changes.tell(Kind.LINK)
        await self._listen(socket)
        return socket

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acknowledge(message.data)
        finally:
            for sockets in (self._open, self._retired):
                if socket in sockets:
                    sockets.remove(socket)
            self._workspace.changes.tell(Kind.LINK)

    def _acknowledge(self, words: str) -> None:
        try:
            ack = json.loads(words)
        except ValueError:
            return
        if not isinstance(ack, dict):
            return
        waiting, payload = self._waiting.get(str(ack.get("envelope_id"))), ack.get("payload")
        if waiting is not None and not waiting.done():
            waiting.set_result(payload if isinstance(payload, dict) else {})

    async def _close_later(self, socket: web.WebSocketResponse) -> None:
        await asyncio.sleep(_REFRESH_SECONDS)
        await socket.close(code=WSCloseCode.GOING_AWAY)

    def _hello(self) -> dict[str, Any]:
        told: dict[str, Any] = {"type": "hello", "num_connections": len(self._open)}
        return {**told, "debug_info": _debug(), "connection_info": {"app_id": APP_ID}}


async def _say(socket: web.WebSocketResponse, words: dict[str, Any]) -> None:
    try:
        await socket.send_json(words)
    except ConnectionError as gone:
        raise Undelivered("no_connection") from gone


def _debug() -> dict[str, Any]:
    return {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060}

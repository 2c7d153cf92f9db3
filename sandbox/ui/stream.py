"""Tells a page of changes as they happen, as server-sent events."""

import asyncio
import json

from aiohttp import web

from sandbox.workspace import Workspace

_QUIET_SECONDS = 15


class Stream:
    """Answers `/ui/events` for as long as the page listens."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._listening: set[asyncio.Task[object]] = set()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/ui/events", self._answer)]

    async def close(self) -> None:
        """Stop telling anybody."""
        for listening in list(self._listening):
            listening.cancel()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        task = asyncio.current_task()
        if task is not None:
            self._listening.add(task)
        try:
            await self._told(response)
        except (ConnectionError, asyncio.CancelledError):
            return response
        finally:
            self._listening -= {task}
        return response

    async def _told(self, response: web.StreamResponse) -> None:
        with self._workspace.changes.reader() as queue:
            await response.write(b": listening\n\n")
            while True:
                try:
                    change = await asyncio.wait_for(queue.get(), _QUIET_SECONDS)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                else:
                    await response.write(f"data: {json.dumps(change)}\n\n".encode())

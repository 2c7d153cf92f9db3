"""For tests: switch faults on, read which calls came in."""

from aiohttp import web

from sandbox.carrier import Carrier
from sandbox.workspace import Workspace


class Control:
    """Answers `/control/faults` and `/control/log`."""

    def __init__(self, workspace: Workspace, carrier: Carrier) -> None:
        self._workspace, self._carrier = workspace, carrier

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/control/faults", self._faults), web.get("/control/log", self._log)]

    async def _faults(self, request: web.Request) -> web.Response:
        told = await request.json()
        faults = self._workspace.faults
        if unknown := set(told) - {"twice", "rate_limit", "mime_delay", "drop_posts", "disconnect"}:
            raise web.HTTPBadRequest(text=f"unknown faults: {', '.join(sorted(unknown))}")
        faults.twice = bool(told.get("twice", faults.twice))
        faults.mime_delay = float(told.get("mime_delay", faults.mime_delay))
        faults.drop_posts = int(told.get("drop_posts", faults.drop_posts))
        if limited := told.get("rate_limit"):
            faults.limited = {key: limited[key] for key in ("method", "count", "retry_after")}
        if told.get("disconnect"):
            await self._carrier.disconnect()
        return web.json_response({"ok": True})

    async def _log(self, request: web.Request) -> web.Response:
        return web.json_response(self._workspace.log.all())

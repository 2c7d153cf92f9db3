"""Response URLs: where an app answers a command or press, a few times and for a while."""

from aiohttp import web

from sandbox.acts.answer import answer
from sandbox.methods.call import Json, SlackError
from sandbox.state.faults import Called
from sandbox.workspace import Workspace


class Respond:
    """Answers `/respond/<hook>`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/respond/{hook}", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        hook = self._workspace.hooks.use(request.match_info["hook"])
        if isinstance(hook, str):
            return self._refused(SlackError(hook), 404)
        try:
            body = await request.json()
        except ValueError:
            return self._refused(SlackError("invalid_payload"), 400)
        try:
            answer(self._workspace, hook, body if isinstance(body, dict) else {})
        except SlackError as refusal:
            return self._refused(refusal, 400)
        self._note(True, None)
        return web.json_response({"ok": True})

    def _refused(self, refusal: SlackError, status: int) -> web.Response:
        self._note(False, refusal.error)
        told: Json = {"ok": False, "error": refusal.error, **refusal.more}
        return web.json_response(told, status=status)

    def _note(self, ok: bool, error: str | None) -> None:
        self._workspace.log.note(Called("response_url", ok, error, self._workspace.clock()))

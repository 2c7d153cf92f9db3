"""The Web API endpoint: who calls, whether they may, what they get."""

import json
import secrets

from aiohttp import web

from sandbox.methods.call import Arguments, Json, Method, SlackError, Token
from sandbox.methods.catalogue import METHODS
from sandbox.state.faults import Called
from sandbox.workspace import Workspace


class Api:
    """Answers `/api/<method>` as Slack would, faults included."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", "/api/{method}", self._answer), web.post("/upload/v1/{ticket}", self._upload)]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        answer, wait = await self._called(name, request)
        self._note(name, answer)
        if self._workspace.faults.drop(name) and request.transport is not None:
            request.transport.close()
        headers = {"X-OAuth-Scopes": ",".join(self._workspace.manifest.scopes)}
        if wait is not None:
            return web.json_response(answer, status=429, headers={**headers, "Retry-After": str(wait)})
        return web.json_response(answer, headers=headers)

    async def _called(self, name: str, request: web.Request) -> tuple[Json, int | None]:
        """The answer, and how many seconds to wait if it is a refusal for being too frequent."""
        if (wait := self._workspace.faults.limit(name)) is not None:
            return {"ok": False, "error": "ratelimited"}, wait
        try:
            args = await _arguments(request)
            return {"ok": True, **self._permitted(name, request, args).run(self._workspace, args)}, None
        except SlackError as refusal:
            return {"ok": False, "error": refusal.error, **refusal.more}, None

    def _permitted(self, name: str, request: web.Request, args: Arguments) -> Method:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if method.token is not Token.NONE:
            self._check_token(method.token, _token(request, args))
        scopes = self._workspace.manifest.scopes
        for scope in method.scopes:
            if scope not in scopes:
                raise SlackError("missing_scope", needed=scope, provided=",".join(scopes))
        return method

    def _check_token(self, kind: Token, given: str) -> None:
        identity = self._workspace.identity
        tokens = {Token.BOT: identity.bot_token, Token.APP: identity.app_token}
        if not given:
            raise SlackError("not_authed")
        if secrets.compare_digest(given.encode(), tokens[kind].encode()):
            return
        known = given in tokens.values()
        raise SlackError("not_allowed_token_type" if known else "invalid_auth")

    def _note(self, name: str, answer: Json) -> None:
        now = self._workspace.clock()
        self._workspace.log.note(Called(name, answer["ok"], answer.get("error"), now))

    async def _upload(self, request: web.Request) -> web.Response:
        content = await request.read()
        if not self._workspace.files.receive(request.match_info["ticket"], content):
            return web.Response(status=400, text="no upload is waiting for these bytes")
        return web.Response(text=f"OK - {len(content)}")


async def _arguments(request: web.Request) -> Arguments:
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        given |= await _body(request)
    elif request.method == "POST":
        given |= dict(await request.post())
    return Arguments(given)


async def _body(request: web.Request) -> Json:
    words = await request.text()
    try:
        body = json.loads(words) if words else {}
    except ValueError as broken:
        raise SlackError("invalid_json") from broken
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body


def _token(request: web.Request, args: Arguments) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else args.text("token") or ""

"""Keeps strangers out: other hosts, other origins, pages without the key."""

import secrets

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Guard:
    """Lets requests pass that come to this very address, from this very page."""

    def __init__(self, port: int, key: str) -> None:
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._bare = {host.partition(":")[0] for host in self._hosts}
        self._key = key

    async def signal(self, request: web.Request, response: web.StreamResponse) -> None:
        """Put the safety headers on every answer."""
        response.headers.update(_HEADERS)

    def middleware(self) -> Middleware:
        """The check of Host, Origin and, for the page's own calls, the key."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not self._is_ours(request):
                raise web.HTTPForbidden(text="wrong host")
            if request.headers.get("Origin", next(iter(self._origins))) not in self._origins:
                raise web.HTTPForbidden(text="wrong origin")
            if request.path.startswith(("/ui/", "/control/")) and not self._has_key(request):
                raise web.HTTPForbidden(text="wrong key")
            return await handler(request)

        return check

    def _is_ours(self, request: web.Request) -> bool:
        """Slack's Socket Mode client names the host without its port; nobody else may."""
        host = request.headers.get("Host")
        return host in self._hosts or (request.path == "/link/" and host in self._bare)

    def _has_key(self, request: web.Request) -> bool:
        given = request.headers.get("X-Sandbox-Key", "")
        if request.path == "/ui/events":
            given = request.query.get("key", given)
        return secrets.compare_digest(given.encode(), self._key.encode())

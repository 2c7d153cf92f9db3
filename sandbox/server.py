"""Puts the workspace behind one address: Web API, Socket Mode, response URLs and the page."""

from aiohttp import web

from sandbox.acts.events import Events
from sandbox.api import Api
from sandbox.carrier import Carrier
from sandbox.guard import Guard
from sandbox.link import Link
from sandbox.respond import Respond
from sandbox.signed import Signed
from sandbox.ui.control import Control
from sandbox.ui.deeds import Deeds
from sandbox.ui.looks import Looks
from sandbox.ui.stream import Stream
from sandbox.workspace import Workspace

_MOST_BYTES = 33 * 1024 * 1024


def workspace_app(workspace: Workspace, port: int, request_url: str | None) -> web.Application:
    """The whole workspace as a web application; with a request URL it speaks to the app over HTTP."""
    guard = Guard(port, workspace.identity.page_key)
    app = web.Application(middlewares=[guard.middleware()], client_max_size=_MOST_BYTES)
    app.on_response_prepare.append(guard.signal)
    link = Link(workspace)
    secret = workspace.identity.signing_secret
    carrier: Carrier = Signed(request_url, secret, workspace.clock) if request_url else link
    events, stream = Events(workspace, carrier), Stream(workspace)
    app.add_routes([*Api(workspace).routes(), *link.routes(), *Respond(workspace).routes(), *stream.routes()])
    app.add_routes(Looks(workspace, carrier).routes())
    app.add_routes([*Deeds(workspace, carrier, events).routes(), *Control(workspace, carrier).routes()])

    async def close(app: web.Application) -> None:
        await events.close()
        await stream.close()
        await link.close()
        await carrier.close()

    app.on_shutdown.append(close)
    return app

"""`python -m sandbox`: a Slack workspace and a gateway on this machine, until told to stop."""

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
import threading
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from sandbox import identity, people
from sandbox.gateway import gateway_app
from sandbox.identity import Identity
from sandbox.manifest import ManifestError, read
from sandbox.server import workspace_app
from sandbox.workspace import opened

_HOST = "127.0.0.1"


def main() -> int:
    """Run until SIGTERM, SIGINT or, with --with-parent, the end of standard input."""
    wanted = _parser().parse_args()
    try:
        asyncio.run(_run(wanted))
    except ManifestError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder that keeps the workspace")
    parser.add_argument("--manifest", type=Path, required=True, help="the app's manifest.yaml")
    parser.add_argument("--port", type=int, default=8765, help="wished port; another one if it is taken")
    parser.add_argument("--gateway-port", type=int, default=8766, help="wished port of the gateway")
    parser.add_argument("--request-url", help="speak to the app over signed HTTP instead of Socket Mode")
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input ends")
    return parser


async def _run(wanted: argparse.Namespace) -> None:
    manifest = read(wanted.manifest)
    if wanted.request_url:
        manifest = replace(manifest, socket_mode=False)
    wanted.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = identity.kept(wanted.home)
    stop = _stop(wanted.with_parent)
    async with AsyncExitStack() as running:
        door, gateway_door = _door(wanted.port), _door(wanted.gateway_port)
        port = door.getsockname()[1]
        workspace = opened(wanted.home, f"http://{_HOST}:{port}", keys, manifest, time.time)
        running.callback(workspace.shelf.close)
        await _serve(running, workspace_app(workspace, port, wanted.request_url), door)
        await _serve(running, gateway_app(wanted.home, keys.gateway_key), gateway_door)
        _announce(wanted.home, keys, port, gateway_door.getsockname()[1])
        await stop.wait()


def _stop(with_parent: bool) -> asyncio.Event:
    """An event that is set when it is time to go."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)

    def wait_for_end() -> None:
        while os.read(sys.stdin.fileno(), 1024):  # unbuffered: a buffer's lock would break the end of Python
            pass
        with suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(stop.set)

    if with_parent:
        threading.Thread(target=wait_for_end, daemon=True).start()
    return stop


def _door(wished: int) -> socket.socket:
    """A listening socket on loopback: at the wished port, else at a free one."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((_HOST, wished))
    except OSError:
        door.bind((_HOST, 0))
    return door


async def _serve(running: AsyncExitStack, app: web.Application, door: socket.socket) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    running.push_async_callback(runner.cleanup)
    await web.SockSite(runner, door).start()


def _announce(home: Path, keys: Identity, port: int, gateway_port: int) -> None:
    base = f"http://{_HOST}:{port}"
    told = {
        "page": f"{base}/?key={keys.page_key}",
        "api": f"{base}/api/",
        "bot_token": keys.bot_token,
        "app_token": keys.app_token,
        "signing_secret": keys.signing_secret,
        "gateway": f"http://{_HOST}:{gateway_port}",
        "gateway_key": keys.gateway_key,
        "team_id": people.TEAM_ID,
        "app_id": people.APP_ID,
        "bot_user": people.BOT_USER,
    }
    line = json.dumps(told)
    identity.write_private(home / "sandbox.json", line)
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

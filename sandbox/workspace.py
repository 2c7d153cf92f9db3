"""The workspace: all its state in one bundle."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sandbox.identity import Identity
from sandbox.manifest import Manifest
from sandbox.state.changes import Changes
from sandbox.state.faults import Faults, Log
from sandbox.state.files import Files
from sandbox.state.hooks import Hooks
from sandbox.state.messages import Messages
from sandbox.state.shelf import Shelf
from sandbox.state.tickets import Tickets
from sandbox.state.triggers import Triggers
from sandbox.state.views import Views


@dataclass(frozen=True)
class Workspace:
    """One made-up company's Slack; `base` is its own address, without a slash at the end."""

    base: str
    identity: Identity
    manifest: Manifest
    clock: Callable[[], float]
    shelf: Shelf
    changes: Changes
    messages: Messages
    files: Files
    views: Views
    triggers: Triggers
    hooks: Hooks
    faults: Faults
    log: Log
    tickets: Tickets

    def response_url(self, hook: str) -> str:
        """The address an app answers to."""
        return f"{self.base}/respond/{hook}"


def opened(home: Path, base: str, identity: Identity, manifest: Manifest, clock: Callable[[], float]) -> Workspace:
    """The workspace in this folder, as it was left."""
    shelf, changes = Shelf(home / "workspace.db"), Changes()
    return Workspace(
        base=base,
        identity=identity,
        manifest=manifest,
        clock=clock,
        shelf=shelf,
        changes=changes,
        messages=Messages(shelf, changes, clock),
        files=Files(shelf, home / "files", clock),
        views=Views(shelf, changes, clock),
        triggers=Triggers(clock),
        hooks=Hooks(clock),
        faults=Faults(),
        log=Log(),
        tickets=Tickets(),
    )

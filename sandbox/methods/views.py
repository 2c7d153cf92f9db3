"""views.*: open, push and change modals, publish Home tabs."""

import json
from typing import Any

from sandbox import people
from sandbox.blocks.check import home_problems, modal_problems
from sandbox.blocks.ids import identified
from sandbox.methods.call import Arguments, Json, Method, SlackError, refused
from sandbox.state.triggers import Spoiled, Trigger
from sandbox.state.views import DEEPEST, View
from sandbox.workspace import Workspace

_BYTES = 250_000


def open_view(workspace: Workspace, args: Arguments) -> Json:
    """Open a modal for whoever pulled the trigger."""
    view = _modal(workspace, args)
    trigger = _trigger(workspace, args)
    return {"view": workspace.views.open(trigger.user, view).payload}


def push(workspace: Workspace, args: Arguments) -> Json:
    """Put a modal on top of the one the trigger was pulled in."""
    view = _modal(workspace, args)
    trigger = _trigger(workspace, args)
    depth = len(workspace.views.stack(trigger.user))
    if trigger.view is None or depth == 0:
        raise SlackError("invalid_trigger_id")
    if depth >= DEEPEST:
        raise SlackError("push_limit_reached")
    return {"view": workspace.views.push(trigger.user, view).payload}


def update(workspace: Workspace, args: Arguments) -> Json:
    """Change a modal that is open, if nobody else did in the meantime."""
    shown = _named(workspace, args)
    if shown is None:
        raise SlackError("not_found")
    view = (_home if shown.content["type"] == "home" else _modal)(workspace, args, known_as=shown)
    _same_hash(args, shown)
    return {"view": workspace.views.update(shown, view).payload}


def publish(workspace: Workspace, args: Arguments) -> Json:
    """Show a person the app's Home tab."""
    if not workspace.manifest.home_tab:
        raise SlackError("not_enabled")
    user = args.needed("user_id")
    if people.person(user) is None:
        raise SlackError("user_not_found")
    shown = workspace.views.home(user)
    view = _home(workspace, args, known_as=shown)
    _same_hash(args, shown)
    return {"view": workspace.views.publish(user, view).payload}


def accepted_modal(workspace: Workspace, given: Any, known_as: View | None = None) -> Json:
    """The modal with its ids; raises SlackError if Slack would refuse it."""
    if len(json.dumps(given).encode()) > _BYTES:
        raise SlackError("view_too_large")
    if problems := modal_problems(given, workspace.files.usable):
        raise refused("invalid_arguments", problems)
    return _unique(workspace, {**given, "blocks": identified(given["blocks"])}, known_as)


def _modal(workspace: Workspace, args: Arguments, known_as: View | None = None) -> Json:
    return accepted_modal(workspace, _given(args), known_as)


def _home(workspace: Workspace, args: Arguments, known_as: View | None = None) -> Json:
    given = _given(args)
    if len(json.dumps(given).encode()) > _BYTES:
        raise SlackError("view_too_large")
    if problems := home_problems(given, workspace.files.usable):
        raise refused("invalid_arguments", problems)
    return _unique(workspace, {**given, "blocks": identified(given["blocks"])}, known_as)


def _given(args: Arguments) -> Any:
    view = args.structure("view", "invalid_arguments")
    if view is None:
        args.needed("view")
    return view


def _unique(workspace: Workspace, view: Json, known_as: View | None) -> Json:
    if external := view.get("external_id"):
        other = workspace.views.external(external)
        if other is not None and (known_as is None or other.id != known_as.id):
            raise SlackError("duplicate_external_id")
    return view


def _trigger(workspace: Workspace, args: Arguments) -> Trigger:
    try:
        return workspace.triggers.spend(args.needed("trigger_id"))
    except Spoiled as spoiled:
        raise SlackError(str(spoiled)) from spoiled


def _named(workspace: Workspace, args: Arguments) -> View | None:
    if external := args.text("external_id"):
        return workspace.views.external(external)
    return workspace.views.one(args.needed("view_id"))


def _same_hash(args: Arguments, shown: View | None) -> None:
    wanted = args.text("hash")
    if wanted and shown is not None and wanted != shown.hash:
        raise SlackError("hash_conflict")


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}

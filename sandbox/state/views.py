"""Modals stacked before a person, and Home tabs."""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sandbox.people import APP_ID, BOT_ID, TEAM_ID
from sandbox.state.changes import Changes, Kind
from sandbox.state.shelf import Shelf

DEEPEST = 3
_DEFAULTS: dict[str, Any] = {"title": None, "close": None, "submit": None, "blocks": []}
_WORDS = {"private_metadata": "", "callback_id": "", "external_id": ""}
_FLAGS = {"clear_on_close": False, "notify_on_close": False}


@dataclass(frozen=True)
class View:
    """A modal or Home tab as one person sees it."""

    id: str
    owner: str
    hash: str
    root: str
    previous: str | None
    content: dict[str, Any]

    @property
    def payload(self) -> dict[str, Any]:
        """The view as Slack shows it to the app."""
        ids = {"id": self.id, "team_id": TEAM_ID, "app_id": APP_ID, "app_installed_team_id": TEAM_ID, "bot_id": BOT_ID}
        place = {"hash": self.hash, "root_view_id": self.root, "previous_view_id": self.previous}
        return {**ids, "state": {"values": {}}, **place, **_DEFAULTS, **_WORDS, **_FLAGS, **self.content}


class Views:
    """Each person's stack of at most three modals and their Home tab."""

    def __init__(self, shelf: Shelf, changes: Changes, clock: Callable[[], float]) -> None:
        self._shelf, self._changes, self._clock = shelf, changes, clock
        self._homes = {body["owner"]: View(**body) for body in shelf.all("home")}
        stacks = shelf.all("stack")
        self._stacks = {body["owner"]: [View(**view) for view in body["views"]] for body in stacks}

    def open(self, owner: str, content: dict[str, Any]) -> View:
        """Show a modal in place of whatever was open."""
        self._stacks[owner] = []
        return self.push(owner, content)

    def push(self, owner: str, content: dict[str, Any]) -> View:
        """Show a modal on top of the stack; the caller checks that there is room."""
        stack = self.stack(owner)
        made = f"V{secrets.token_hex(5).upper()}"
        root, previous = (stack[0].id, stack[-1].id) if stack else (made, None)
        pushed = View(made, owner, self._hash(), root, previous, content)
        self._keep_stack(owner, [*stack, pushed])
        return pushed

    def update(self, view: View, content: dict[str, Any]) -> View:
        """Put new content into a modal or Home tab that is being shown."""
        fresh = replace(view, content=content, hash=self._hash())
        if view.content["type"] == "home":
            return self._keep_home(fresh)
        self._keep_stack(view.owner, [fresh if one.id == view.id else one for one in self.stack(view.owner)])
        return fresh

    def publish(self, owner: str, content: dict[str, Any]) -> View:
        """Show a person a Home tab; its id stays the same for ever."""
        if (old := self._homes.get(owner)) is not None:
            return self.update(old, content)
        made = f"V{secrets.token_hex(5).upper()}"
        return self._keep_home(View(made, owner, self._hash(), made, None, content))

    def close(self, view: View) -> None:
        """Take a modal off its stack, and whatever lies above it."""
        below = itertools.takewhile(lambda one: one.id != view.id, self.stack(view.owner))
        self._keep_stack(view.owner, list(below))

    def clear(self, owner: str) -> None:
        """Take all modals away."""
        self._keep_stack(owner, [])

    def stack(self, owner: str) -> list[View]:
        """The modals before a person, the uppermost last."""
        return list(self._stacks.get(owner, []))

    def home(self, owner: str) -> View | None:
        """A person's Home tab, if one was published."""
        return self._homes.get(owner)

    def one(self, view_id: str) -> View | None:
        """The view with this id, as long as somebody sees it."""
        return next((view for view in self._shown() if view.id == view_id), None)

    def external(self, external_id: str) -> View | None:
        """The view the app named so, as long as somebody sees it."""
        return next((view for view in self._shown() if view.content.get("external_id") == external_id), None)

    def _shown(self) -> list[View]:
        return [*self._homes.values(), *(view for stack in self._stacks.values() for view in stack)]

    def _keep_stack(self, owner: str, stack: list[View]) -> None:
        self._stacks[owner] = stack
        self._shelf.put("stack", owner, {"owner": owner, "views": [asdict(view) for view in stack]})
        self._changes.tell(Kind.VIEW, user=owner)

    def _keep_home(self, view: View) -> View:
        self._homes[view.owner] = view
        self._shelf.put("home", view.owner, asdict(view))
        self._changes.tell(Kind.HOME, user=view.owner)
        return view

    def _hash(self) -> str:
        return f"{int(self._clock())}.{secrets.token_hex(4)}"

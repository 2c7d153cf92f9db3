"""What a Web API method is: its arguments, its refusals, the scope it asks for."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.blocks.shape import Problem
from sandbox.workspace import Workspace

Json = dict[str, Any]


class Token(StrEnum):
    """Which of the app's tokens a method takes."""

    NONE = "none"
    BOT = "bot"
    APP = "app"


class SlackError(Exception):
    """The call is refused; `error` is Slack's word for it and `more` goes into the answer."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


def refused(error: str, problems: list[Problem]) -> SlackError:
    """The refusal of blocks or a view, each problem with its place."""
    words = [str(problem) for problem in problems]
    details = [word.removeprefix("[ERROR] ") for word in words]
    return SlackError(error, errors=details, response_metadata={"messages": words})


@dataclass(frozen=True)
class Arguments:
    """The arguments of one call, from a form or a JSON body."""

    given: Mapping[str, Any]

    def needed(self, name: str) -> str:
        """A mandatory argument; raises SlackError if it is missing."""
        if value := self.text(name):
            return value
        words = [f"[ERROR] missing required field: {name}"]
        raise SlackError("invalid_arguments", response_metadata={"messages": words})

    def text(self, name: str) -> str | None:
        """A string argument, if it was given."""
        value = self.given.get(name)
        return None if value is None else str(value)

    def flag(self, name: str) -> bool:
        """A truth value; absent means false."""
        return str(self.given.get(name, "")).lower() in ("1", "true")

    def structure(self, name: str, error: str) -> Any:
        """A JSON argument, parsed if it came as a string; raises SlackError with `error` if it is not JSON."""
        value = self.given.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError as broken:
            raise SlackError(error) from broken


@dataclass(frozen=True)
class Method:
    """One method: what it does, the bot scopes of which it needs each, the token it takes."""

    run: Callable[[Workspace, Arguments], Json]
    scopes: tuple[str, ...] = ()
    token: Token = Token.BOT


def page(items: list[Json], key: str, args: Arguments) -> Json:
    """One page of a list, and the cursor to the next."""
    start, size = args.text("cursor") or "0", args.text("limit") or "100"
    if not start.isdigit():
        raise SlackError("invalid_cursor")
    if not size.isdigit() or not 0 < int(size) <= 1000:
        raise SlackError("invalid_limit")
    end = int(start) + int(size)
    cursor = str(end) if end < len(items) else ""
    return {key: items[int(start) : end], "response_metadata": {"next_cursor": cursor}}

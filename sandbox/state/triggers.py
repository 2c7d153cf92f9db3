"""Trigger ids: permission to open a view, for three seconds and once."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

_SECONDS = 3.0
_FORGOTTEN_SECONDS = 600.0


@dataclass
class Trigger:
    """What a person did just now; `view` is the modal they did it in."""

    user: str
    view: str | None
    born: float
    spent: bool = False


class Spoiled(Exception):
    """This trigger opens nothing (any more); the text is Slack's error."""


class Triggers:
    """All triggers given out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._given: dict[str, Trigger] = {}

    def give(self, user: str, view: str | None = None) -> str:
        """A new trigger id for something this person did; those long over are forgotten."""
        fresh = self._clock() - _FORGOTTEN_SECONDS
        self._given = {name: trigger for name, trigger in self._given.items() if trigger.born > fresh}
        name = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**9)}.{secrets.token_hex(16)}"
        self._given[name] = Trigger(user, view, self._clock())
        return name

    def spend(self, name: str) -> Trigger:
        """Use a trigger up; raises Spoiled if it is unknown, too old or used."""
        trigger = self._given.get(name)
        if trigger is None:
            raise Spoiled("invalid_trigger_id")
        if trigger.spent:
            raise Spoiled("exchanged_trigger_id")
        if self._clock() - trigger.born > _SECONDS:
            raise Spoiled("expired_trigger_id")
        trigger.spent = True
        return trigger

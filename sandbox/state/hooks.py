"""Response URLs: five uses within thirty minutes."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

_SECONDS = 30 * 60
_USES = 5
_FORGOTTEN_SECONDS = 24 * 60 * 60


@dataclass
class Hook:
    """Where an answer goes: to a person in a channel, perhaps in place of a message."""

    user: str
    channel: str
    message_ts: str | None
    born: float
    uses: int = 0


class Hooks:
    """All response URLs given out, by the last part of their path."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._given: dict[str, Hook] = {}

    def give(self, user: str, channel: str, message_ts: str | None = None) -> str:
        """The name of a new response URL; those long over are forgotten."""
        fresh = self._clock() - _FORGOTTEN_SECONDS
        self._given = {name: hook for name, hook in self._given.items() if hook.born > fresh}
        name = secrets.token_urlsafe(24)
        self._given[name] = Hook(user, channel, message_ts, self._clock())
        return name

    def use(self, name: str) -> Hook | str:
        """The hook, one use poorer; or Slack's error if it cannot be used (again)."""
        hook = self._given.get(name)
        if hook is None:
            return "no_hook"
        if self._clock() - hook.born > _SECONDS:
            return "expired_url"
        if hook.uses >= _USES:
            return "used_url"
        hook.uses += 1
        return hook

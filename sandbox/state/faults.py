"""Faults a test can switch on, and the list of calls a test can read."""

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

_SCAN_SECONDS = 0.3
_CALLS_KEPT = 5000


@dataclass
class Faults:
    """What goes wrong on purpose."""

    twice: bool = False
    mime_delay: float = _SCAN_SECONDS
    drop_posts: int = 0
    limited: dict[str, Any] = field(default_factory=lambda: {"method": "", "count": 0, "retry_after": 1})

    def limit(self, method: str) -> int | None:
        """Seconds this call must wait, if it is to be refused; counts the refusal."""
        if self.limited["method"] != method or self.limited["count"] <= 0:
            return None
        self.limited["count"] -= 1
        return int(self.limited["retry_after"])

    def drop(self, method: str) -> bool:
        """Whether the answer to this call gets lost; counts the loss."""
        if method != "chat.postMessage" or self.drop_posts <= 0:
            return False
        self.drop_posts -= 1
        return True


@dataclass(frozen=True)
class Called:
    """One call the app made, without its content."""

    method: str
    ok: bool
    error: str | None
    at: float


class Log:
    """The latest calls, oldest first."""

    def __init__(self) -> None:
        self._calls: deque[Called] = deque(maxlen=_CALLS_KEPT)

    def note(self, called: Called) -> None:
        self._calls.append(called)

    def all(self) -> list[dict[str, Any]]:
        return [asdict(one) for one in self._calls]

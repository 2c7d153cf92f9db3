"""Bugs: whatever was not foreseen is logged with its trace and a reference, and what stands beside it goes on."""

from __future__ import annotations

import logging
import secrets
from types import TracebackType

log = logging.getLogger(__name__)


class Caught:
    """Keeps whatever error ends its block: `with Caught() as caught: …`, then `caught.error`."""

    error: Exception | None = None

    def __enter__(self) -> Caught:
        """Itself."""
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> bool:
        """Whether it was an error; what tells the process to stop is let through."""
        self.error = error if isinstance(error, Exception) else None
        return self.error is not None


def noted(what: str, error: BaseException) -> str:
    """The reference under which it was logged that *what* ended in the bug *error*."""
    reference = secrets.token_hex(4)
    log.error("bug %s: %s", reference, what, exc_info=error)
    return reference

"""Ending: what runs may end by itself for some seconds; then the process leaves, for any may die."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from threading import Thread

log = logging.getLogger(__name__)

_GRACE = 6.0


def ended(stop: Callable[[], None], grace: float = _GRACE, leave: Callable[[int], object] = os._exit) -> None:
    """Call *stop*; if it takes longer than *grace* seconds, *leave*: what was begun is taken up at the next start."""
    stopping = Thread(target=stop, name="stop", daemon=True)
    stopping.start()
    stopping.join(grace)
    if stopping.is_alive():
        log.warning("Something still runs after %.0f s; it is taken up at the next start.", grace)
        logging.shutdown()
        leave(0)

"""A bounded pool for work that comes after the acknowledgement; it refuses when full and drops nothing silently."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore

from bot.bugs import noted


class Pool:
    """*workers* threads and a queue of *waiting* at most."""

    def __init__(self, workers: int = 4, waiting: int = 100) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="work")
        self._room = BoundedSemaphore(workers + waiting)

    def submit(self, work: Callable[[], None], broken: Callable[[str], None]) -> bool:
        """Whether *work* was taken; if it ends in a bug, *broken* is told the reference under which it was logged."""
        if not self._room.acquire(blocking=False):
            return False
        future = self._threads.submit(work)
        future.add_done_callback(lambda done: self._done(done, broken))
        return True

    def close(self) -> None:
        """Let running work end, and take no more."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _done(self, future: Future[None], broken: Callable[[str], None]) -> None:
        self._room.release()
        error = None if future.cancelled() else future.exception()
        if error is not None:
            broken(noted("work after an acknowledgement", error))

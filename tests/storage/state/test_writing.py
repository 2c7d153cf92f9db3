"""Of several who add the same row one is first, on either database; and they know who."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import Engine

from storage.inbox import Inbox

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_of_many_at_once_exactly_one_is_first(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as threads:
        first = list(threads.map(lambda _: Inbox(engine).first("press/1", NOW), range(8)))
    assert sorted(first) == [False] * 7 + [True]


def test_what_is_forgotten_may_come_in_again(engine: Engine) -> None:
    inbox = Inbox(engine)
    assert inbox.first("press/1", NOW)
    inbox.forget("press/1")
    assert inbox.first("press/1", NOW)
    assert inbox.swept(NOW) == 0
    assert not inbox.first("press/1", NOW)

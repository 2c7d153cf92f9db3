"""A server with prepared answers, and a way to speak to it whose sleep is noted and not slept."""

from collections.abc import Iterator

import pytest

from tests.answering import Answering, answering
from web.client import Web

KEY = "sk-planted-5c0ffee-key"
NOW = 1_795_500_000.0  # 2026-11-24T06:00:00Z


class Side:
    """The web that speaks to a server, and the waits that it asked for."""

    def __init__(self, address: str) -> None:
        self.waits: list[float] = []
        bearer = {"Authorization": f"Bearer {KEY}"}
        self.web = Web(address, "Acme", bearer, sleep=self.waits.append, clock=lambda: NOW, largest=100_000)


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Answering, Side]]:
    with answering() as server:
        yield server, Side(server.address)


@pytest.fixture
def server(both: tuple[Answering, Side]) -> Answering:
    both[0].asked.clear()
    return both[0]


@pytest.fixture
def side(both: tuple[Answering, Side]) -> Side:
    both[1].waits.clear()
    return both[1]

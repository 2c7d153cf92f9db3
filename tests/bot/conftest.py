"""A workspace for the tests of one file, and bots that listen to it during one test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.bot.office import Office
from tests.sandbox.slack.conftest import Running, start

MANIFEST = Path(__file__).parents[2] / "manifest.yaml"


@pytest.fixture(scope="module")
def slack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start(tmp_path_factory.mktemp("slack"), manifest=MANIFEST)
    yield running
    running.stop()


@pytest.fixture
def offices(slack: Running, tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Opens offices, which close with the test."""
    with ExitStack() as closing:

        def opened(**more: Any) -> Office:
            office = Office(slack, tmp_path / "home", **more)
            closing.callback(office.close)
            closing.callback(office.gateway.switch)
            return office

        yield opened


@pytest.fixture
def office(offices: Callable[..., Office]) -> Office:
    return offices()

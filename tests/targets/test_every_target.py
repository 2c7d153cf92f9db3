"""The examination that every target must pass; a new one brings a recording and is taken in by itself."""

from __future__ import annotations

import copy
import json
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import targets
from finops.discovery import subclasses
from finops.errors import SourceAway, SourceError, SourceRefused, TargetError
from finops.money import Money
from targets._base import Target
from tests.answering import Answering, Asked, Says, answering
from web.client import ATTEMPTS

RECORDED = Path(__file__).parent / "recorded"
KEY = "sk-planted-5c0ffee-key"
TARGETS = subclasses(targets, Target)  # type: ignore[type-abstract]
GONE = object()
LIMITS = ("6500.25", "0.01", "1", "123456789.99", "0.1")


@dataclass
class Holding:
    """A place of one limit, as recorded; it may ignore what it is told, or answer something else."""

    recorded: dict[str, Any]
    limit: Any = None
    ignores: bool = False
    instead: Says | None = None
    written: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Says:
        if self.instead:
            return self.instead
        write, read = self.recorded["write"], self.recorded["read"]
        if asked.method == "POST" and asked.path == write["path"]:
            return self._took(json.loads(asked.body))
        if asked.method == "GET" and asked.path == read["path"]:
            return Says(self.answer()) if asked.query == read["query"] else self._nobody()
        return Says({}, 400)

    def answer(self) -> Any:
        """What it says when it is asked for the limit."""
        return _with(self.recorded["read"]["answer"], self.recorded["read"]["limit"], self.limit)

    def _took(self, body: dict[str, Any]) -> Says:
        self.written.append(body)
        self.limit = self.limit if self.ignores else body[self.recorded["write"]["limit"]]
        return Says(body)

    def _nobody(self) -> Says:
        return Says(self.recorded["unknown"]["answer"], self.recorded["unknown"]["status"])


class Side:
    """A target before its recording."""

    def __init__(self, kind: type[Target], recorded: dict[str, Any], server: Answering) -> None:
        self.target = kind(base_url=server.address, key=SecretStr(KEY))  # type: ignore[call-arg]
        self.waits: list[float] = []
        self.web = self.target.web(sleep=self.waits.append)
        self.id, self.unknown = recorded["id"], recorded["unknown"]["id"]
        self.says = {*recorded["write"]["says"].items()}
        self.server, self.holding = server, Holding(recorded)
        server.chosen = self.holding
        server.asked.clear()

    def apply(self, amount: str, currency: str = "USD") -> None:
        self.target.apply(self.web, self.id, Money(Decimal(amount), currency))

    def read_back(self) -> Money | None:
        return self.target.read_back(self.web, self.id)


def cases() -> list[Any]:
    """Every place of every target that is recorded."""
    told = {name: json.loads((RECORDED / f"{name}.json").read_text()) for name in TARGETS if _file(name).exists()}
    return [
        pytest.param((TARGETS[name], each), id=f"{name}-{each['id']}") for name, all_ in told.items() for each in all_
    ]


def _file(name: str) -> Path:
    return RECORDED / f"{name}.json"


@pytest.fixture(scope="module")
def server() -> Iterator[Answering]:
    with answering() as listening:
        yield listening


@pytest.fixture(params=cases())
def side(request: pytest.FixtureRequest, server: Answering) -> Side:
    return Side(*request.param, server)


@pytest.mark.parametrize("name", TARGETS)
def test_it_brings_a_recording(name: str) -> None:
    assert _file(name).exists(), f"put what {name} is told and answers into {RECORDED.name}/{name}.json"


@pytest.mark.parametrize("amount", LIMITS)
def test_what_is_set_is_read_back_to_the_cent(side: Side, amount: str) -> None:
    side.apply(amount)
    assert side.read_back() == Money(Decimal(amount), "USD")
    (written,) = side.holding.written
    assert side.says <= {*written.items()}


def test_setting_it_again_is_the_same(side: Side) -> None:
    for _ in range(2):
        side.apply("70")
    assert side.holding.written[0] == side.holding.written[1]
    assert side.read_back() == Money(Decimal(70), "USD")


def test_no_limit_is_none_and_zero_is_zero(side: Side) -> None:
    assert side.read_back() is None
    side.holding.limit = 0
    assert side.read_back() == Money(Decimal(0), "USD")


def test_what_it_ignores_is_found_out_by_reading_back(side: Side) -> None:
    side.holding.limit, side.holding.ignores = 4000, True
    side.apply("6500")
    assert side.read_back() == Money(Decimal(4000), "USD")


@pytest.mark.parametrize("held", ["lots", [], {}, True, "NaN", "Infinity", -1])
def test_a_limit_that_is_no_amount_is_told(side: Side, held: object) -> None:
    side.holding.limit = held
    with pytest.raises(TargetError, match="which is no amount"):
        side.read_back()


def test_whom_it_does_not_know_is_named(side: Side) -> None:
    with pytest.raises(TargetError, match=side.unknown.split("/")[-1]):
        side.target.read_back(side.web, side.unknown)


def test_another_currency_is_refused_before_anything_is_said(side: Side) -> None:
    with pytest.raises(TargetError):
        side.apply("1", "EUR")
    assert not side.server.asked


@pytest.mark.parametrize(
    ("status", "error"), [(401, SourceRefused), (403, SourceRefused), (429, SourceAway), (500, SourceAway)]
)
def test_failures_are_our_own_errors_without_the_key(side: Side, status: int, error: type[SourceError]) -> None:
    side.holding.instead = Says({"error": {"message": KEY}}, status)
    for act in (side.read_back, lambda: side.apply("1")):
        with pytest.raises(error) as raised:
            act()
        assert KEY not in "".join(traceback.format_exception(raised.value)) + repr(side.target) + repr(side.web)
    written = [asked for asked in side.server.asked if asked.method == "POST"]
    assert len(written) <= 1 < ATTEMPTS


def test_an_answer_of_another_shape_is_one_of_our_errors_or_no_limit(side: Side) -> None:
    side.holding.limit = 5
    for path in ["", *_paths(side.holding.answer(), ())]:
        for other in ([], {}, None, "x", -1, GONE):
            side.holding.instead = Says(_with(side.holding.answer(), path, other))
            for act in (side.read_back, lambda: side.apply("1")):
                _only_ours(act)


def _only_ours(act: Any) -> None:
    try:
        act()
    except (TargetError, SourceError):
        return


def _paths(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, held in inside:
        yield ".".join((*path, str(step)))
        yield from _paths(held, (*path, str(step)))


def _with(answer: Any, path: str, other: object) -> Any:
    if not path:
        return {} if other is GONE else other
    whole = copy.deepcopy(answer)
    place, steps = whole, path.split(".")
    for step in steps[:-1]:
        place = place[int(step) if isinstance(place, list) else step]
    last = int(steps[-1]) if isinstance(place, list) else steps[-1]
    place[last] = other
    if other is GONE:
        del place[last]
    return whole

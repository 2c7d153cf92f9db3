"""The LiteLLM target against a gateway that listens: set, read back, and every way in which that goes wrong."""

import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from finops.errors import SourceAway, SourceRefused, TargetError
from finops.money import Money
from targets.litellm import LiteLLM
from tests.children import ending

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    home = tmp_path_factory.mktemp("gateway")
    command = [sys.executable, "-m", "sandbox", "--home", str(home), "--manifest", str(ROOT / "manifest.yaml"),
               "--port", "0", "--gateway-port", "0"]  # fmt: skip
    with ending(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)) as process:
        assert process.stdout
        yield json.loads(process.stdout.readline())


class Side:
    """The target, and the gateway's own switches."""

    def __init__(self, told: dict[str, str], key: str = "") -> None:
        self.target = LiteLLM(base_url=told["gateway"], key=SecretStr(key or told["gateway_key"]))
        self.web = self.target.web(sleep=lambda seconds: None)

    def switch(self, **faults: Any) -> None:
        self.web.write("sandbox/faults", {"refuse": False, "ignore": False, "status": None, **faults})


@pytest.fixture
def side(told: dict[str, str]) -> Iterator[Side]:
    made = Side(told)
    made.web.write("sandbox/teams", [{"team_id": "search", "team_alias": "search", "max_budget": 4000.0}])
    yield made
    made.switch()


def test_what_is_set_is_read_back(side: Side) -> None:
    side.target.apply(side.web, "team/search", Money(Decimal("6500.25"), "USD"))
    assert side.target.read_back(side.web, "team/search") == Money(Decimal("6500.25"), "USD")


def test_a_key_has_a_limit_of_its_own(side: Side) -> None:
    assert side.target.read_back(side.web, "key/search") is None
    side.target.apply(side.web, "key/search", Money(Decimal(70), "USD"))
    assert side.target.read_back(side.web, "key/search") == Money(Decimal(70), "USD")


def test_a_gateway_that_ignores_a_change_is_found_out(side: Side) -> None:
    before = side.target.read_back(side.web, "team/search")
    side.switch(ignore=True)
    side.target.apply(side.web, "team/search", Money(Decimal(9999), "USD"))
    assert side.target.read_back(side.web, "team/search") == before


def test_a_refused_change_says_what_was_wanted(side: Side) -> None:
    side.switch(refuse=True)
    with pytest.raises(TargetError, match=r"did not take \$1.00 for team/search|did not take"):
        side.target.apply(side.web, "team/search", Money(Decimal(1), "USD"))


def test_a_team_that_is_not_there_is_named(side: Side) -> None:
    with pytest.raises(TargetError, match="does not know the team nobody"):
        side.target.read_back(side.web, "team/nobody")


def test_a_gateway_that_fails_is_away(side: Side) -> None:
    side.switch(status=500)
    with pytest.raises(SourceAway, match="LiteLLM is away"):
        side.target.read_back(side.web, "team/search")


def test_a_wrong_key_is_refused_and_not_shown(told: dict[str, str]) -> None:
    wrong = Side(told, key="sk-wrong-key-12345")
    with pytest.raises(SourceRefused) as refused:
        wrong.target.read_back(wrong.web, "team/search")
    assert "sk-wrong" not in f"{refused.value!r}{wrong.target!r}{wrong.web!r}"


def test_another_currency_is_not_set(side: Side) -> None:
    with pytest.raises(TargetError, match="counts in USD"):
        side.target.apply(side.web, "team/search", Money(Decimal(1), "EUR"))

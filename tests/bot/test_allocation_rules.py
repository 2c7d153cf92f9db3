"""`allocation.shared` in config.yaml: rules in their order, or a complaint that names the line."""

from pathlib import Path

import pytest

from bot.settings import loaded
from bot.wiring import built
from finops.allocation import By, Shared
from finops.errors import BadConfig
from finops.question import Dimension

WRITTEN = """allocation:
  shared:
    - {match: {service: "Gateway*", env: [prod, live]}, by: tokens, among: [search, support]}
    - match: {team: platform}
      by: cost
"""


def test_rules_keep_their_order(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(WRITTEN)
    assert built(loaded(tmp_path, {})).ledger.shelf.shared == (
        Shared({Dimension.SERVICE: ("Gateway*",), Dimension.ENV: ("prod", "live")}, By.TOKENS, ("search", "support")),
        Shared({Dimension.TEAM: ("platform",)}, By.COST),
    )


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("{match: {serivce: x}, by: tokens}", "serivce"),
        ("{match: {}, by: tokens}", "match"),
        ("{match: {weekday: Monday}, by: tokens}", "not by its weekday"),
        ("{match: {service: x}, by: headcount}", "by"),
        ("{match: {service: x}}", "by"),
    ],
)
def test_what_is_no_rule_is_named(tmp_path: Path, written: str, named: str) -> None:
    (tmp_path / "config.yaml").write_text(f"allocation: {{shared: [{written}]}}\n")
    with pytest.raises(BadConfig, match=rf"allocation\.shared\.0\.{named}|{named}"):
        loaded(tmp_path, {})

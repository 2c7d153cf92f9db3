"""`tuppence export focus` as people type it."""

import json
from pathlib import Path

import pytest

from tests.bot.command_line.conftest import HEAD, Terminal, charge


@pytest.fixture
def bill(tmp_path: Path, tuppence: Terminal) -> Terminal:
    file = tmp_path / "bill.csv"
    file.write_text(HEAD + charge() + charge(ChargePeriodStart="2026-10-31", EffectiveCost="7"))
    assert tuppence("import", "focus", file).code == 0
    return tuppence


def test_a_month_is_exported_and_imported_elsewhere(bill: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    said = bill("export", "focus", "--period", "2026-10", "--out", out)
    assert (said.code, said.out) == (0, f"1 row written to {out}")
    other = Terminal(tmp_path / "other")
    assert other("import", "focus", "--strict", out).code == 0
    assert json.loads(other("ask", "cost 2026-10-01..2026-11-30", "--json").out)["total"] == "7"


def test_the_version_is_chosen(bill: Terminal, tmp_path: Path) -> None:
    heads = {}
    for version in ("1.2", "1.3", "1.4"):
        bill("export", "focus", "--version", version, "--period", "2026-10", "--out", tmp_path / version)
        heads[version] = (tmp_path / version).read_text().splitlines()[0].split(",")
    assert ["ProviderName" in heads[v] for v in heads] == [True, True, False]
    assert ["ServiceProviderName" in heads[v] for v in heads] == [False, True, True]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--period", "2026-10", "--ledger", "metered"), "The metered ledger knows nothing in October 2026"),
        (("--period", "whenever"), "“whenever” is no period"),
        (("--period", "2026-10 or so"), "“2026-10 or so” is no period"),
        (("--period", ""), "“” is no period"),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_sentence(
    bill: Terminal, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    told = bill("export", "focus", *options, "--out", tmp_path / "none.csv")
    assert (told.code, said in told.error, (tmp_path / "none.csv").exists()) == (2, True, False)

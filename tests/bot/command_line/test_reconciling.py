"""Bill and meter side by side: every injected difference is found, named, and the reasons add up to the gap."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from tests.bot.command_line.conftest import SHARED, Terminal

FIXTURES = Path(__file__).parents[2] / "fixtures"
PRICES = """
prices:
  m-1: {uncached_input: 1, output: 10}
  m-2: {uncached_input: 2}
  m-3: {uncached_input: 3}
  m-5: {uncached_input: 8}
"""
ACME = {"metered": "7.5", "billed": "11.08", "gap": "3.58", "untracked": "6.7", "unbilled": "-3", "price": "0.5",
        "correction": "-0.5", "discount": "-1.12", "tax": "2", "credit": "-1"}  # fmt: skip
BETA = {"metered": "8", "billed": "10", "gap": "2", "unexplained": "2"}
Parts = Mapping[str, Mapping[str, Decimal]]


def imported(tuppence: Terminal, prices: str, calls: Path, bill: Path) -> None:
    tuppence.configured(prices)
    assert " 0 quarantined" in tuppence("import", "requests", calls).out
    assert " 0 quarantined" in tuppence("import", "focus", bill).out


def reconciled(tuppence: Terminal, period: str) -> Parts:
    """The figures by provider and part; their reasons add up to the last digit."""
    answer = json.loads(tuppence("ask", f"reconcile {period}", "--json").out)
    assert (answer["unit"], answer["stamp"]["ledger"], answer["beside"]["ledger"]) == ("USD", "billed", "metered")
    found: dict[str, dict[str, Decimal]] = {}
    for row in answer["rows"]:
        found.setdefault(row["key"]["provider"], {})[row["key"]["part"]] = Decimal(row["value"])
    for parts in found.values():
        reasons = [value for name, value in parts.items() if name not in ("metered", "billed", "gap")]
        assert sum(reasons) == parts["gap"] == parts["billed"] - parts["metered"]
    assert Decimal(answer["total"]) == sum(parts["gap"] for parts in found.values())
    return found


@pytest.fixture
def company(tuppence: Terminal) -> Terminal:
    imported(tuppence, PRICES, FIXTURES / "reconcile_calls.csv", FIXTURES / "reconcile_bill.csv")
    return tuppence


def test_each_difference_is_found_under_its_reason(company: Terminal) -> None:
    found = reconciled(company, "2026-10")
    told = {name: {part: f"{value}" for part, value in parts.items() if value} for name, parts in found.items()}
    assert told == {"Acme": ACME, "Beta": BETA}


def test_what_explains_the_gap_is_said_with_models_and_both_stamps(company: Terminal) -> None:
    said = company("ask", "reconcile 2026-10").out
    assert "Acme billed $3.58 above what was metered" in said
    assert "above all $6.70 untracked; Beta differs, too." in said
    assert [line.split() for line in said.splitlines() if "m-9" in line] == [["Acme", "untracked", "m-9", "$4.00"]]
    assert "m-1" in said
    assert "prod-m-1" not in said
    assert "ranker-prod" not in said
    assert [line.split() for line in said.splitlines() if "laptop" in line] == [["Acme", "laptop-of-somebody", "$6.00"]]
    assert "billed to 30 Oct" in said
    assert "metered to 30 Oct" in said


def test_days_that_only_one_ledger_knows_are_no_gap(company: Terminal, tmp_path: Path) -> None:
    later = tmp_path / "later.csv"
    head, *_ = (FIXTURES / "reconcile_calls.csv").read_text().splitlines()
    later.write_text(f"{head}\nc9,2026-10-31T10:00:00Z,acme,m-1,1000000,0,search,ranker,ranker-prod,1\n")
    company("import", "requests", later)
    assert reconciled(company, "2026-10")["Acme"]["metered"] == Decimal("7.5")
    assert "Compared from 5 October to 30 October, the days that both know." in company("ask", "reconcile 2026-10").out


def test_where_one_ledger_is_empty_there_is_nothing_to_compare(tuppence: Terminal) -> None:
    tuppence("import", "focus", FIXTURES / "reconcile_bill.csv")
    assert "Nothing to compare in October 2026: nothing metered is known." in tuppence("ask", "reconcile 2026-10").out
    assert json.loads(tuppence("ask", "reconcile 2026-10", "--json").out)["rows"] == []


def test_the_kpi_is_the_gap_as_a_share_of_the_bill(company: Terminal) -> None:
    answer = json.loads(company("ask", "kpi reconciliation_gap 2026-10", "--json").out)
    shares = {row["key"]["provider"]: Decimal(row["value"]) for row in answer["rows"]}
    assert shares == {"Acme": Decimal("-3.58") / Decimal("11.08"), "Beta": Decimal("-0.2")}
    assert Decimal(answer["total"]) == Decimal("-5.58") / Decimal("21.08")
    said = company("ask", "kpi reconciliation-gap 2026-10").out
    assert "Metered against billed: −26 % from 5 Oct to 31 Oct 2026, widest at Acme: −32 %." in said
    assert "$" not in said


@pytest.mark.parametrize("words", ["nonsense", "2026-10 by model"])
def test_words_that_are_no_period_are_refused_with_an_example(tuppence: Terminal, words: str) -> None:
    said = tuppence("ask", f"reconcile {words}")
    assert said.code != 0
    assert "is no period" in said.error
    assert "reconcile 2026-10" in said.error


@pytest.mark.skipif(not SHARED.exists(), reason="THE SAMPLE FILES AT LARGE ARE NOT BESIDE THE CHECKOUT")
def test_what_was_put_into_the_made_up_bill_is_found_within_one_per_cent(tuppence: Terminal) -> None:
    folder = SHARED / "synthetic/seed11"
    imported(tuppence, "", folder / "requests.csv.gz", folder / "focus_ai_daily.csv.gz")
    known = json.loads((folder / "expected.json").read_text(), parse_float=Decimal)["focus_checks"]
    found = reconciled(tuppence, "2026-10-01..2026-11-30")
    listed = known["logged_list_spend"]["anthropic"]
    expected = {
        ("OpenAI", "untracked"): known["untracked_openai_usage"],
        ("OpenAI", "credit"): known["credit"],
        ("Anthropic", "discount"): -listed * Decimal("0.07"),
        ("Anthropic", "correction"): known["correction_list"],
        ("Anthropic", "tax"): known["tax"],
    }
    for (provider, part), amount in expected.items():
        assert abs(found[provider][part] / amount - 1) < Decimal("0.01"), (provider, part)
    assert not any(parts["unexplained"] for parts in found.values())

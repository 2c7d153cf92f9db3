"""One provider sends bills, two are metered: a figure never hides the one that has no bill."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.bot.command_line.conftest import HEAD, Terminal, charge

BUDGETS = """
budgets:
  search: {monthly: 4000}
  lab: {monthly: 100}
"""
NOT_IN_IT = "Not in it: anthropic $91.5 (metered only)."


def calls(provider: str, spend: str, team: str = "search") -> list[str]:
    return [f"{provider}{day}{team},2026-10-{day:02}T10:00:00Z,{provider},m-1,1000,0,{team},ranker,k-1,{spend}\n"
            for day in range(1, 31)]  # fmt: skip


@pytest.fixture
def company(tuppence: Terminal, tmp_path: Path) -> Terminal:
    tuppence.configured(BUDGETS)
    bill, log = tmp_path / "bill.csv", tmp_path / "log.csv"
    days = (charge(ChargePeriodStart=f"2026-10-{day:02}", ProviderName="OpenAI") for day in range(1, 32))
    bill.write_text(HEAD + "".join(days))
    head = "request_id,ts_start,provider,model,input_tokens,output_tokens,team,app,key,spend_usd\n"
    lines = [*calls("openai", "1"), *calls("anthropic", "3"), *calls("anthropic", "0.05", "lab")]
    log.write_text(head + "".join(lines))
    assert " 0 quarantined" in tuppence("import", "focus", bill).out
    assert " 0 quarantined" in tuppence("import", "requests", log).out
    return tuppence


def test_who_is_metered_only_is_said_below_the_bill(company: Terminal) -> None:
    said = company("ask", "cost by provider 2026-10").out
    assert "billed to 31 Oct" in said
    assert said.splitlines()[-1] == NOT_IN_IT
    told = json.loads(company("ask", "cost by provider 2026-10", "--json").out)
    assert [row["key"]["provider"] for row in told["rows"]] == ["OpenAI"]
    assert told["stamp"]["absent"] == [{"provider": "anthropic", "ledger": "metered", "amount": "91.5"}]


def test_what_is_asked_decides_which_ledger_answers(company: Terminal) -> None:
    told = json.loads(company("ask", "cost 2026-10 provider:anthropic", "--json").out)
    assert (told["total"], told["stamp"]["ledger"]) == ("91.5", "metered")
    told = json.loads(company("ask", "cost 2026-10 team:lab", "--json").out)
    assert (told["total"], told["stamp"]["ledger"]) == ("1.5", "metered")
    told = json.loads(company("ask", "cost 2026-10 provider:openai", "--json").out)
    assert (told["total"], told["stamp"]["ledger"]) == ("38.75", "billed")
    assert "absent" not in told["stamp"]


def test_a_table_of_budgets_says_who_is_missing_from_what_was_spent(tuppence: Terminal, tmp_path: Path) -> None:
    tuppence.configured(BUDGETS)
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=back) for back in range(1, 40)]
    bill, log = tmp_path / "bill.csv", tmp_path / "log.csv"
    bill.write_text(HEAD + "".join(charge(ChargePeriodStart=str(day), ProviderName="OpenAI",
                                          ServiceName="OpenAI API") for day in days))  # fmt: skip
    head = "request_id,ts_start,provider,model,input_tokens,output_tokens,team,app,key,spend_usd\n"
    log.write_text(head + "".join(f"{day},{day}T10:00:00Z,anthropic,m-1,1000,0,lab,ranker,k-1,3\n" for day in days))
    tuppence("import", "focus", bill)
    tuppence("import", "requests", log)
    assert "Not in it: anthropic $" in tuppence("ask", "budget").out
    assert "Not in it" not in tuppence("ask", "budget search").out
    digest = tuppence("digest", "finance").out
    assert digest.count("Not in it: anthropic $21.0 (metered only).") == 1


def test_only_money_is_missed_and_a_reconciliation_names_everybody_anyway(company: Terminal) -> None:
    for words in ("tokens by provider 2026-10", "cost 2026-10 metered", "reconcile 2026-10"):
        said = company("ask", words).out
        assert "2026-10" in said or "October" in said
        assert "Not in it" not in said

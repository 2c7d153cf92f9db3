"""The sample files at large, where they lie beside the checkout: everything imports, totals are those of the files."""

import csv
import json
from collections import defaultdict
from decimal import Decimal

import pytest

from finops.money import plain
from tests.bot.command_line.conftest import SHARED, Terminal, counted

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="THE SAMPLE FILES AT LARGE ARE NOT BESIDE THE CHECKOUT")
NO_PROVIDER = "the mandatory columns ProviderName, BillingAccountId, ServiceName, BillingCurrency are missing"
REFUSED = {f"commitment_discount_purchase_scenario_{n}": NO_PROVIDER for n in (1, 2, 3)}


def asked(tuppence: Terminal, words: str) -> dict[str, Decimal]:
    answer = json.loads(tuppence("ask", words, "--json").out)
    return {"total": Decimal(answer["total"])} | {
        ",".join(row["key"].values()): Decimal(row["value"]) for row in answer["rows"]
    }


def test_the_five_hundred_rows_add_up_to_the_last_digit(tuppence: Terminal) -> None:
    file = SHARED / "focus/focus10_foundation_sample_500.csv"
    assert counted(tuppence("import", "focus", file).out.splitlines()[0]) == (500, 500, 0, 0, 0, 0)
    for words, column in (("cost", "EffectiveCost"), ("billed cost", "BilledCost")):
        sums: dict[str, Decimal] = defaultdict(Decimal)
        with file.open(encoding="utf-8-sig", newline="") as rows:
            for row in csv.DictReader(rows):
                sums[row["ProviderName"]] += Decimal(row[column])
        answer = json.loads(tuppence("ask", f"{words} by provider 2024-09", "--json").out)
        assert {row["key"]["provider"]: row["value"] for row in answer["rows"]} == {
            k: plain(v) for k, v in sums.items()
        }


def test_every_example_of_the_specification_imports_or_says_why_not(tuppence: Terminal) -> None:
    for file in sorted((SHARED / "focus/spec_examples").glob("*.csv")):
        said = tuppence("import", "focus", "--replace", "--dates", "month-first", file)
        if file.stem in REFUSED:
            assert (said.code, REFUSED[file.stem] in said.out + said.error) == (2, True)
        else:
            assert (said.code, " 0 quarantined" in said.out) == (0, True)


@pytest.mark.parametrize("name", ["simple_saas_agreements_a2", "saas_spend_agreements_a2",
                                  "virtual_currency_pricing_model_a2"])  # fmt: skip
def test_an_example_of_the_specification_adds_up_as_its_rows_do(tuppence: Terminal, name: str) -> None:
    file = SHARED / f"focus/spec_examples/{name}.csv"
    asked_for = tuppence("import", "focus", file).error
    assert asked_for.endswith("import it again with --dates day-first or --dates month-first.")
    tuppence("import", "focus", "--dates", "month-first", file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for words, column in (("cost", "EffectiveCost"), ("billed cost", "BilledCost")):
        plainly = sum((Decimal(row[column].strip(" $").replace(",", "")) for row in rows), Decimal(0))
        assert asked(tuppence, f"{words} 2020-01-01..2029-12-31")["total"] == plainly


def test_the_made_up_company_imports_and_adds_up(tuppence: Terminal) -> None:
    folder = SHARED / "synthetic/small_seed12"
    expected = json.loads((folder / "expected.json").read_text())
    said = tuppence("import", "requests", folder / "requests.csv.gz").out
    assert counted(said.splitlines()[0]) == (expected["log_rows"], expected["requests"], 0, 0, 0, 0)
    assert "5 rows name AI requests again; the last of each was kept." in said
    for kind, file in (("drivers", "business_drivers.csv.gz"), ("focus", "focus_ai_daily.csv.gz")):
        assert " 0 quarantined" in tuppence("import", kind, folder / file).out
    spent = asked(tuppence, "cost metered 2026-10-01..2026-11-30")["total"]
    assert abs(spent / Decimal(str(expected["spend_usd"])) - 1) < Decimal("0.001")
    billed = asked(tuppence, "billed cost billed by provider 2026-10-01..2026-11-30")
    for name, provider in (("anthropic", "Anthropic"), ("openai", "OpenAI"), ("gemini", "Google Cloud")):
        sums = [Decimal(str(value)) for key, value in expected["focus"].items() if key.startswith(name)]
        assert abs(billed[provider] / sum(sums) - 1) < Decimal("0.001")


@pytest.mark.parametrize("seed", ["seed11", "small_seed12"])
def test_calls_whose_price_is_not_told_are_priced_as_the_log_prices_the_others(tuppence: Terminal, seed: str) -> None:
    folder = SHARED / "synthetic" / seed
    assert tuppence("import", "requests", folder / "requests.csv.gz").code == 0
    spent = asked(tuppence, "cost metered 2026-10-01..2026-11-30")["total"]
    expected = json.loads((folder / "expected.json").read_text())
    assert abs(spent / Decimal(str(expected["spend_usd"])) - 1) < Decimal("0.00001")


def test_the_spend_log_says_the_same_as_the_request_log(tuppence: Terminal) -> None:
    folder = SHARED / "synthetic/small_seed12"
    said = tuppence("import", "requests", "--format", "litellm", folder / "litellm_spendlogs.jsonl.gz")
    assert counted(said.out.splitlines()[0]) == (2041, 2036, 0, 0, 0, 0)
    spent = asked(tuppence, "cost metered 2026-10-01..2026-11-30")["total"]
    expected = json.loads((folder / "expected.json").read_text())
    assert abs(spent / Decimal(str(expected["spend_usd"])) - 1) < Decimal("0.001")

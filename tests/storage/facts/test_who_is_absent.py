"""Which ledger answers goes by what is asked; and who is not in the answer is known, within what one may see."""

import csv
import gzip
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from finops.batch import Batch, Dataset, Format
from finops.budgets.budget import Budget, standings
from finops.money import Money
from finops.period import Period
from finops.question import AI, Dimension, Filter, Measure, Question
from finops.reach import Reach, reach
from finops.stamp import Absent, LedgerName
from sources.focus import Focus
from tests.storage.facts.conftest import House
from tests.storage.facts.test_ledgers import COLUMNS

MONTH = Period(date(2026, 10, 1), date(2026, 11, 1))
AI_MODELS = "AI and Machine Learning"
HEAD = ["ChargePeriodStart", "ProviderName", "BillingAccountId", "ServiceName", "ServiceCategory", "ChargeCategory",
        "BilledCost", "EffectiveCost", "BillingCurrency", "x_team"]  # fmt: skip
NOBODY: tuple[Absent, ...] = ()


def billed(
    house: House, folder: Path, provider: str, days: int = 31, category: str = "AI and Machine Learning"
) -> None:
    file = folder / f"{provider}.csv"
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([HEAD, *(
            [day, provider, "1", "Models", category, "Usage", "1", "1", "USD", "search"] for day in list(MONTH)[:days]
        )])  # fmt: skip
    assert house.publish(Focus().batch((file,))).kept == days


def metered(house: House, folder: Path, provider: str, days: int = 30, cost: object = 2, team: str = "search") -> None:
    file = folder / "log.jsonl.gz"
    with gzip.open(file, "wt") as out:
        out.writelines(json.dumps({
            "request_id": f"{provider}-{team}-{day}", "started_at": f"{day}T10:00:00Z",
            "provider": provider, "model": "m-1",
            "team": team, "input_tokens": 10, "spend": cost,
        }) + "\n" for day in list(MONTH)[:days])  # fmt: skip
    batch = Batch("litellm", Dataset.REQUESTS, Format.JSONL, (file,), COLUMNS, ("provider", "team"),
                  ledger=LedgerName.METERED, per_call=True)  # fmt: skip
    assert house.publish(batch).kept == days


def asked(house: House, *where: Filter, measures: tuple[Measure, ...] = (Measure.COST,),
          ledger: LedgerName | None = None) -> tuple[LedgerName, tuple[Absent, ...]]:  # fmt: skip
    stamp = house.ledger.answer(Question(measures, MONTH, where=where, ledger=ledger)).stamp
    return stamp.ledger, stamp.absent


def of(dimension: Dimension, *values: str, negated: bool = False) -> Filter:
    return Filter(dimension, values, negated)


def test_days_that_others_bills_cover_count_for_nothing(house: House, tmp_path: Path) -> None:
    billed(house, tmp_path, "OpenAI")
    billed(house, tmp_path, "Anthropic", days=10)
    metered(house, tmp_path, "anthropic")
    assert asked(house)[0] is LedgerName.BILLED
    assert asked(house, of(Dimension.PROVIDER, "anthropic"))[0] is LedgerName.METERED
    assert asked(house, of(Dimension.PROVIDER, "openai"))[0] is LedgerName.BILLED


def test_each_providers_days_count_by_themselves(house: House, tmp_path: Path) -> None:
    billed(house, tmp_path, "OpenAI")
    for provider in ("openai", "anthropic", "mistral"):
        metered(house, tmp_path, provider)
    assert asked(house) == (LedgerName.METERED, NOBODY)
    assert house.ledger.chosen(MONTH) is LedgerName.METERED
    assert house.ledger.chosen(MONTH, where=(of(Dimension.PROVIDER, "openai"),)) is LedgerName.BILLED


def test_names_of_one_provider_are_one(house: House, tmp_path: Path) -> None:
    billed(house, tmp_path, "Google Cloud")
    for provider in ("gemini", "vertex_ai", "google"):
        metered(house, tmp_path, provider)
    assert asked(house) == (LedgerName.BILLED, NOBODY)


def test_a_report_on_ai_goes_by_what_is_known_of_ai(house: House, tmp_path: Path) -> None:
    billed(house, tmp_path, "Amazon Web Services", category="Compute")
    metered(house, tmp_path, "openai", days=31)
    assert house.ledger.chosen(MONTH) is LedgerName.BILLED
    assert house.ledger.chosen(MONTH, where=AI) is LedgerName.METERED
    assert reach(house.ledger, MONTH.end).ledger is LedgerName.METERED


def test_who_only_the_other_ledger_knows_is_absent_the_dearest_first(house: House, tmp_path: Path) -> None:
    billed(house, tmp_path, "OpenAI")
    metered(house, tmp_path, "openai")
    metered(house, tmp_path, "mistral", days=2, cost="0.001")
    metered(house, tmp_path, "anthropic", days=10)
    metered(house, tmp_path, "groq", days=10, cost=7)
    found = (Absent("groq", Decimal(70)), Absent("anthropic", Decimal(20)))
    assert asked(house) == (LedgerName.BILLED, found)
    assert asked(house, ledger=LedgerName.BILLED) == (LedgerName.BILLED, found)
    assert asked(house, of(Dimension.PROVIDER, "groq", negated=True))[1] == found[1:]
    assert asked(house, measures=(Measure.TOKENS,))[1] == NOBODY
    assert asked(house, measures=(Measure.COST, Measure.REQUESTS))[1] == NOBODY


def test_what_only_the_bill_knows_is_absent_from_the_meter(house: House, tmp_path: Path) -> None:
    billed(house, tmp_path, "GitHub", days=4)
    metered(house, tmp_path, "openai")
    assert asked(house) == (LedgerName.METERED, (Absent("GitHub", Decimal(4)),))


def test_nobody_learns_what_teams_that_he_may_not_see_spend_elsewhere(house: House, tmp_path: Path) -> None:
    billed(house, tmp_path, "OpenAI")
    metered(house, tmp_path, "anthropic", days=5)
    metered(house, tmp_path, "groq", days=5, team="lab")
    house.ledger = house.ledger.narrowed(("search",))
    assert asked(house)[1] == (Absent("anthropic", Decimal(10)),)


def test_a_budget_says_who_is_not_in_what_was_spent(house: House, tmp_path: Path) -> None:
    for team in ("search", "lab"):
        metered(house, tmp_path, "anthropic", days=5, team=team)
        metered(house, tmp_path, "groq", days=3, team=team)
    billed(house, tmp_path, "OpenAI")
    budgets = [Budget(team, Money(Decimal(100))) for team in ("search", "lab")]
    stands = standings(budgets, house.ledger, Reach(LedgerName.BILLED, MONTH.end))
    assert [each.spent.amount for each in stands] == [31, 0]
    (mine,) = standings(budgets[:1], house.ledger, Reach(LedgerName.BILLED, MONTH.end))
    assert mine.stamp
    assert mine.stamp.absent == (Absent("anthropic", Decimal(10)), Absent("groq", Decimal(6)))
    whole = stands[1].stamp
    assert whole
    assert whole == stands[0].stamp
    assert whole.absent == (Absent("anthropic", Decimal(20)), Absent("groq", Decimal(12)))

"""Where two lists disagree, the prices that a log tells say which of them its calls are priced by."""

import csv
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finops.focus import Version
from finops.period import Period
from finops.prices import Offer, Prices
from finops.question import Dimension, Measure, Question
from finops.stamp import LedgerName
from sources._contract import Term
from sources._prices import PriceLists
from sources.focus import Focus
from sources.requests import Requests
from storage.exporting import export
from storage.manifest import manifest
from storage.shelf import Shelf
from tests.storage.facts.conftest import House

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
HEAD = "request_id,ts_start,provider,model,input_tokens,output_tokens,spend_usd"
SONNET = "2026-11-02T10:00:00Z,anthropic,claude-sonnet-4-5-20250929"
STEPPED, FLAT = Decimal("1.8"), Decimal("0.9")
"""300,000 tokens of input by genai-prices, which doubles them above 200,000, and by LiteLLM's list, which does not."""


@dataclass
class Shop:
    """A house with prices of its own."""

    home: Path
    prices: Prices = field(default_factory=PriceLists)

    def cost(self, *rows: str) -> Decimal:
        self.house = House(self.home, self.prices)
        file = self.home / "calls.csv"
        file.write_text("\n".join([HEAD, *rows]))
        self.house.publish(replace(Requests().batch((file,)), replace=True))
        return self.answer(Measure.COST)

    def answer(self, measure: Measure) -> Decimal:
        asked = Question((measure,), NOVEMBER, by=(Dimension.MODEL,), ledger=LedgerName.METERED)
        return self.house.ledger.answer(asked).total[measure]

    def lists(self) -> set[str]:
        found = set[str]()
        for ledger in LedgerName:
            with House(self.home).ledger.shelf.opened().facts(ledger, NOVEMBER) as db:
                found |= {name for (name,) in db.execute("SELECT price_list FROM facts WHERE tokens > 0").fetchall()
                          } if db else set()  # fmt: skip
        return found


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_without_any_price_told_the_first_list_counts(shop: Shop) -> None:
    assert shop.cost(f"a,{SONNET},300000,0,") == STEPPED
    assert shop.lists() == {PriceLists().offers("anthropic", ("claude-sonnet-4-5",), NOVEMBER.start)[0][0].origin}


def test_a_log_that_charges_as_the_second_list_does_is_priced_by_it(shop: Shop) -> None:
    assert shop.cost(f"a,{SONNET},300000,0,", f"b,{SONNET},400000,0,1.2") == FLAT + Decimal("1.2")
    assert {name.split()[0] for name in shop.lists()} == {"litellm"}
    assert shop.answer(Measure.LIST_COST) == FLAT + Decimal("1.2")


def test_a_log_that_charges_as_the_first_list_does_is_priced_by_it(shop: Shop) -> None:
    assert shop.cost(f"a,{SONNET},300000,0,", f"b,{SONNET},400000,0,2.4") == STEPPED + Decimal("2.4")


def test_prices_that_fit_neither_list_or_both_change_nothing(shop: Shop) -> None:
    assert shop.cost(f"a,{SONNET},300000,0,", f"b,{SONNET},400000,0,7") == STEPPED + 7
    both = f"c,{SONNET},100000,0,0.3"
    assert shop.cost(f"a,{SONNET},300000,0,", both) == STEPPED + Decimal("0.3")


def test_most_of_the_prices_that_are_told_decide(shop: Shop) -> None:
    rows = [f"{name},{SONNET},400000,0,{spend}" for name, spend in (("b", 2.4), ("c", 1.2), ("d", 1.2))]
    assert shop.cost(f"a,{SONNET},300000,0,", *rows) == FLAT + Decimal("4.8")


def test_another_model_is_judged_by_its_own_calls(shop: Shop) -> None:
    other = "2026-11-02T10:00:00Z,anthropic,claude-sonnet-4-5"
    assert shop.cost(f"a,{other},300000,0,", f"b,{SONNET},400000,0,1.2") == STEPPED + Decimal("1.2")


def test_what_was_agreed_counts_whatever_the_log_tells(tmp_path: Path) -> None:
    agreed = {"claude-sonnet-4-5-20250929": (Term(uncached_input=Decimal(2)),)}
    shop = Shop(tmp_path, PriceLists(agreed))
    assert shop.cost(f"a,{SONNET},300000,0,", f"b,{SONNET},400000,0,1.2") == Decimal("0.6") + Decimal("1.2")
    assert shop.lists() == {"contract"}


def test_an_export_names_the_list_of_each_row_and_brings_it_back(shop: Shop, tmp_path: Path) -> None:
    shop.cost(f"a,{SONNET},300000,0,", f"b,{SONNET},400000,0,1.2", "c,2026-11-02T10:00:00Z,acme,nobody-knows,5,0,")
    out, home = tmp_path / "out.csv", tmp_path / "again"
    export(Shelf(tmp_path, shop.house.facts.engine), LedgerName.METERED, NOVEMBER, Version.V1_2, out)
    with out.open(newline="") as text:
        said = {(row["x_ModelId"], row["x_TokenType"]): row["x_PriceList"] for row in csv.DictReader(text)}
    (litellm,) = shop.lists() - {""}
    assert said["claude-sonnet-4-5-20250929", "uncached_input"] == litellm
    assert said["nobody-knows", "uncached_input"] == ""
    home.mkdir()
    House(home).publish(Focus().batch((out,)))
    assert Shop(home).lists() == {litellm, ""}


def test_reading_it_again_changes_nothing(shop: Shop) -> None:
    rows = f"a,{SONNET},300000,0,", f"b,{SONNET},400000,0,1.2"
    first = shop.cost(*rows)
    known = manifest(shop.house.facts.engine).metered
    assert (shop.cost(*rows), manifest(shop.house.facts.engine).metered) == (first, known)


def test_a_call_that_no_rate_fits_is_unpriced_and_still_there(tmp_path: Path) -> None:
    class OnlyLarge:
        lists = ("genai-prices",)

        def offers(self, provider: str, models: object, day: date) -> tuple[Offer, ...]:
            (offer, *_) = PriceLists().offers("anthropic", ("claude-sonnet-4-5",), day)
            return ((offer[1],),)

    shop = Shop(tmp_path, OnlyLarge())
    assert shop.cost(f"a,{SONNET},100,0,") == 0
    assert (shop.answer(Measure.UNPRICED_TOKENS), shop.answer(Measure.REQUESTS)) == (100, 1)

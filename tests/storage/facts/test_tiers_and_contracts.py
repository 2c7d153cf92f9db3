"""Calls at a service tier, and contract prices by day, tier and step; what nobody prices is unpriced, never free."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.settings import loaded
from finops.errors import BadConfig
from finops.period import Period
from finops.question import Dimension, Measure, Question
from finops.stamp import LedgerName
from sources._prices import PriceLists
from sources.requests import Requests
from tests.storage.facts.conftest import House

AUTUMN = Period(date(2026, 10, 1), date(2026, 12, 1))
HEAD = "request_id,ts_start,provider,model,input_tokens,output_tokens,spend_usd,tier,batch\n"
MILLION = 1_000_000


@dataclass
class Office:
    """A home with a configuration, and what its calls cost."""

    home: Path

    def configured(self, text: str) -> None:
        (self.home / "config.yaml").write_text(f"prices:\n{text}")

    def priced(self, *rows: str) -> dict[Measure, Decimal]:
        settings = loaded(self.home, {}).prices
        house = House(self.home, PriceLists(settings.contract, settings.lists))
        file = self.home / "calls.csv"
        file.write_text(HEAD + "\n".join(f"{number},{row}" for number, row in enumerate(rows)))
        house.publish(replace(Requests().batch((file,)), replace=True))
        asked = Question((Measure.COST, Measure.UNPRICED_TOKENS, Measure.REQUESTS), AUTUMN, by=(Dimension.MODEL,),
                         ledger=LedgerName.METERED)  # fmt: skip
        return dict(house.ledger.answer(asked).total)

    def cost(self, *rows: str) -> Decimal | None:
        """None where anything is unpriced."""
        found = self.priced(*rows)
        return None if found[Measure.UNPRICED_TOKENS] else found[Measure.COST]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def call(tier: str = "", batch: str = "", *, day: str = "2026-11-02", model: str = "gpt-4o", tokens: int = MILLION,
         spend: str = "") -> str:  # fmt: skip
    return f"{day}T10:00:00Z,openai,{model},{tokens},0,{spend},{tier},{batch}"


@pytest.mark.parametrize(
    ("tier", "batch", "cost"),
    [
        ("", "", "2.5"),
        ("Standard", "", "2.5"),
        ("default", "false", "2.5"),
        ("batch", "", "1.25"),
        ("", "True", "1.25"),
        ("default", "true", "1.25"),
        ("priority", "", "4.25"),
        ("unheard-of", "", None),
    ],
)
def test_a_tier_has_the_price_that_a_list_has_for_it_else_none(
    office: Office, tier: str, batch: str, cost: str | None
) -> None:
    assert office.cost(call(tier, batch)) == (Decimal(cost) if cost else None)


def test_what_is_unpriced_costs_nothing_and_says_so(office: Office) -> None:
    found = office.priced(call("unheard-of"), call("unheard-of", spend="3"))
    assert found == {Measure.COST: 3, Measure.UNPRICED_TOKENS: MILLION, Measure.REQUESTS: 2}


def test_a_batch_price_that_the_list_has_not_is_not_guessed(office: Office) -> None:
    assert office.cost(call("batch", model="gpt-3.5-turbo-instruct")) is None
    assert office.cost(call(model="gpt-3.5-turbo-instruct")) == Decimal("1.5")


DATED = """  gpt-4o:
    - {from: 2026-10-10, until: 2026-10-20, uncached_input: 2}
    - {from: 2026-10-10, until: 2026-10-20, above: 200000, uncached_input: 4}
    - {from: 2026-10-21, uncached_input: 1}
    - {from: 2026-10-21, tier: batch, uncached_input: 0.25}
"""


@pytest.mark.parametrize(
    ("row", "cost"),
    [
        (call(day="2026-10-09"), "2.5"),
        (call(day="2026-10-10", tokens=100_000), "0.2"),
        (call(day="2026-10-20", tokens=199_999), "0.399998"),
        (call(day="2026-10-20", tokens=200_000), "0.8"),
        (call(day="2026-10-21"), "1"),
        (call("batch", day="2026-10-21"), "0.25"),
        (call("batch", day="2026-10-20"), "1.25"),
        (call("priority", day="2026-10-21"), "4.25"),
    ],
)
def test_what_was_agreed_counts_on_its_days_at_its_tier_from_its_step(office: Office, row: str, cost: str) -> None:
    office.configured(DATED)
    assert office.cost(row) == Decimal(cost)


def test_a_class_that_the_contract_leaves_out_is_unpriced(office: Office) -> None:
    office.configured("  gpt-4o: {output: 1}\n")
    assert office.cost(call()) is None


def test_the_list_that_counts_can_be_chosen(office: Office) -> None:
    large = call(model="mistral-large-latest").replace("openai", "mistral")
    assert office.cost(large) == 2
    office.configured("  lists: [litellm, genai-prices]\n")
    assert office.cost(large) == Decimal("0.5")


WRONG: Sequence[tuple[str, str]] = [
    ("  gpt-4o: {uncached_input: -1}", "line 2: prices.gpt-4o.0.uncached_input: "),
    ("  gpt-4o: {uncached_input: .nan}", "line 2: prices.gpt-4o.0.uncached_input: "),
    ("  gpt-4o: {uncached_input: cheap}", "line 2: prices.gpt-4o.0.uncached_input: "),
    ("  gpt-4o: {input: 1}", "line 2: prices.gpt-4o.0.input: there is no such setting."),
    ("  gpt-4o: {from: 2026-01-01}", "line 2: prices.gpt-4o.0: write USD per million tokens for any of: uncached_inp"),
    ("  gpt-4o:\n    - {output: 1}\n    - {output: 1, tier: gold}", "line 4: prices.gpt-4o.1.tier: "),
    ("  gpt-4o: 3", "line 2: prices.gpt-4o: "),
    ("  lists: [tokencost]", "line 2: prices.lists.0: "),
    ("  lists: []", "line 2: prices.lists: "),
    ("  gpt-4o: {output: 1, from: 2026-02-01, until: 2026-01-31}", "prices.gpt-4o.0: until lies before from."),
    ("  gpt-4o:\n    - {output: 1, until: 2026-01-31}\n    - {output: 2, from: 2026-01-31}",
     "prices.gpt-4o: its line 1 and a later one say different prices for the same days."),
    ("  gpt-4o: {output: 1, above: 5}",
     "prices.gpt-4o: its line 1 prices large calls alone; say also what all others cost (without above)."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_contract_that_cannot_be_is_told_with_its_line(office: Office, text: str, said: str) -> None:
    office.configured(text)
    with pytest.raises(BadConfig) as told:
        loaded(office.home, {})
    assert said in str(told.value)

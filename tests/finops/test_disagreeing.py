"""Where two price lists disagree on what was used, that is told with both prices and what hangs on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.doctor import findings
from bot.plain import plain
from bot.settings import Settings
from bot.wiring import built
from finops.charge import TokenClass
from finops.command import Nothing
from finops.desk import Ask
from finops.disagreeing import Disagreement, disagreements
from finops.people import Member, Place
from finops.period import Period
from finops.prices import BATCH, Offer, Rates
from sources._contract import Term
from sources._prices import PriceLists
from sources.requests import Requests
from tests.finops.fakes_ledger import Fact, RowLedger, fact

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
DAY = date(2026, 11, 20)


def rates(origin: str, above: int = 0, tier: str = "", **prices: str) -> Rates:
    return Rates({TokenClass(kind): Decimal(price) / 1_000_000 for kind, price in prices.items()}, origin, above, tier)


@dataclass(frozen=True)
class Lists:
    """What the lists say of model m."""

    said: Sequence[Offer]
    lists: Sequence[str] = ()

    def offers(self, provider: str, models: Sequence[str], day: date) -> tuple[Offer, ...]:
        return tuple(self.said) if "m" in models else ()


def used(**tokens: int) -> list[Fact]:
    return [fact(DAY, tokens=count, provider="acme", model="m", token_class=kind) for kind, count in tokens.items()]


def told(tokens: Mapping[str, int], *said: Offer) -> tuple[Disagreement, ...]:
    return disagreements(RowLedger(used(**tokens)), Lists(said), NOVEMBER)


def test_both_prices_and_their_worth_are_told() -> None:
    first, other = rates("one 1", uncached_input="2", output="8"), rates("two 2", uncached_input="2.5", output="8")
    (found,) = told({"uncached_input": 1_000_000, "output": 1_000_000}, (first,), (other,))
    assert (str(found), found.worth) == ("m of acme: uncached input $2 or $2.5 a million (one 1 or two 2)",
                                         Decimal("0.5"))  # fmt: skip


@pytest.mark.parametrize(("price", "count"), [("2.01", 0), ("1.99", 0), ("2.0101", 1), ("1.9899", 1)])
def test_half_a_per_cent_is_no_disagreement_more_is(price: str, count: int) -> None:
    found = told({"output": 5}, (rates("one", output="2"),), (rates("two", output=price),))
    assert len(found) == count


def test_a_class_that_was_not_used_and_a_tier_are_no_matter() -> None:
    first, other = rates("one", output="2", cache_read="1"), rates("two", output="2", cache_read="9")
    batch = (rates("one", tier=BATCH, output="1"), first), (rates("two", tier=BATCH, output="9"), other)
    assert told({"output": 5}, *batch) == ()


def test_a_step_that_only_one_list_has_is_told_and_its_worth_is_not_known() -> None:
    one = (rates("one", output="2"), rates("one", 200_001, output="4"))
    (found,) = told({"output": 5}, one, (rates("two", output="2"),))
    assert str(found) == "m of acme from 200,001 tokens of input: output $4 or $2 a million (one or two)"
    assert found.worth is None


def test_what_weighs_most_comes_first_and_other_models_are_not_asked() -> None:
    facts = [*used(output=1_000_000), fact(DAY, tokens=1, provider="beta", model="m", token_class="output"),
             fact(DAY, tokens=9, provider="acme", model="other", token_class="output")]  # fmt: skip
    lists = Lists(((rates("one", output="2"),), (rates("two", output="1"),)))
    found = disagreements(RowLedger(facts), lists, NOVEMBER)
    assert [(each.provider, each.worth) for each in found] == [("acme", -1), ("beta", Decimal("-0.000001"))]


def test_sources_and_the_doctor_tell_it_of_the_shipped_lists(tmp_path: Path) -> None:
    calls = tmp_path / "calls.csv"
    calls.write_text("request_id,ts_start,provider,model,input_tokens,output_tokens\n"
                     f"a,{DAY}T10:00:00Z,mistral,mistral-large-latest,2000000,0\n")  # fmt: skip
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    house = built(Settings(home=tmp_path), lambda: now)
    house.facts.publish(Requests().batch((calls,)), now)
    lists = " or ".join(offer[0].origin for offer in PriceLists().offers("mistral", ("mistral-large-latest",), DAY))
    said = f"The price lists disagree on mistral-large-latest of mistral: uncached input $2 or $0.5 a million ({lists})"
    report = house.commands["sources"].run(Ask(house.desk(), Member("U0"), Place("", "UTC"), now), Nothing())
    assert f"{said}." in plain(report, "UTC")
    assert f"{said}: −$3.00 from 25 Oct to 23 Nov 2026;" in " ".join(text for _, text in findings(house))


def test_what_was_agreed_is_no_disagreement() -> None:
    agreed = PriceLists({"mistral-large-latest": (Term(uncached_input=Decimal(1)),)})
    facts = [fact(DAY, tokens=5, provider="mistral", model="mistral-large-latest", token_class="uncached_input")]
    assert disagreements(RowLedger(facts), PriceLists(), NOVEMBER)
    assert disagreements(RowLedger(facts), agreed, NOVEMBER) == ()

"""A price that a new version of its list changes by more than half is held: the old one counts until accepted."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.doctor import findings
from bot.settings import Settings
from bot.wiring import House as Wired
from bot.wiring import built
from finops.charge import TokenClass
from finops.normalise import Owners
from finops.period import Period
from finops.prices import Offer, Rates
from finops.question import Measure, Question
from finops.stamp import LedgerName
from sources.requests import Requests
from storage.chain import verified
from storage.facts import Facts
from storage.holding import HeldPrices

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
TODAY = NOW.date()
DAY = date(2026, 11, 2)
HEAD = "request_id,ts_start,provider,model,input_tokens,output_tokens\n"
Said = dict[date, str]
"""USD per million tokens from a day on."""


@dataclass
class Version:
    """One version of a list that knows model m, and when its prices began."""

    number: str
    said: Said = field(default_factory=lambda: {date.min: "2"})
    lists: Sequence[str] = ("acme",)

    def offers(self, provider: str, models: Sequence[str], day: date) -> tuple[Offer, ...]:
        prices = [price for begins, price in self.said.items() if begins <= day]
        if "m" not in models or not prices:
            return ()
        rates = {TokenClass.UNCACHED_INPUT: Decimal(prices[-1]) / 1_000_000}
        return ((Rates(rates, f"acme {self.number}"),),)


@dataclass
class Home:
    """A home whose price list is upgraded between deliveries, each of one call of a million tokens."""

    house: Wired
    calls: int = 0

    def cost(self, version: Version, day: date = DAY) -> Decimal:
        self.calls += 1
        file = self.house.settings.home / f"{self.calls}.csv"
        file.write_text(HEAD + f"{self.calls},{day}T10:00:00Z,provider-0,alias-of-m,1000000,0\n")
        facts = Facts(self.house.settings.home, self.house.engine, self.house.key, version,
                      Owners(models={"alias-of-m": "m"}))  # fmt: skip
        facts.publish(replace(Requests().batch((file,)), replace=True), NOW)
        asked = Question((Measure.COST,), Period(day, day + timedelta(days=1)), ledger=LedgerName.METERED)
        return self.house.ledger.answer(asked).total[Measure.COST]

    def waiting(self, version: Version) -> list[str]:
        return [str(jump) for jump in HeldPrices(self.house.engine, version).waiting(TODAY)]

    def accept(self, version: Version, model: str = "m") -> int:
        return len(HeldPrices(self.house.engine, version).accept(model, self.house.key, NOW))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(built(Settings(home=tmp_path), lambda: NOW))


def flat(number: str, price: str) -> Version:
    return Version(number, {date.min: price})


@pytest.mark.parametrize(("price", "counts"), [("3", "3"), ("3.01", "2"), ("1", "1"), ("0.99", "2"), ("2.5", "2.5")])
def test_more_than_half_up_or_down_is_held(home: Home, price: str, counts: str) -> None:
    assert home.cost(flat("1", "2")) == 2
    assert home.cost(flat("2", price)) == Decimal(counts)
    assert len(home.waiting(flat("2", price))) == (price != counts)


def test_what_is_held_stays_so_until_it_is_accepted(home: Home) -> None:
    new = flat("2", "5")
    home.cost(flat("1", "2"))
    assert [home.cost(new) for _ in range(2)] == [2, 2]
    assert home.waiting(new) == ["m of provider-0, uncached input: $2 a million by acme 1, $5 by acme 2"]
    assert home.accept(new) == 1
    assert (home.cost(new), home.waiting(new)) == (5, [])
    assert verified(home.house.engine, home.house.key).broken_at is None


def test_accepting_what_does_not_wait_does_nothing(home: Home) -> None:
    home.cost(flat("1", "2"))
    assert home.accept(flat("1", "2")) == 0
    assert home.accept(flat("2", "5"), "another") == 0
    assert home.cost(flat("2", "5")) == 2


def test_small_steps_from_version_to_version_each_count(home: Home) -> None:
    assert [home.cost(flat(str(number), price)) for number, price in enumerate(("2", "2.9", "4.2", "6"))] == [
        Decimal(price) for price in ("2", "2.9", "4.2", "6")
    ]


def test_a_change_that_the_list_dates_is_no_jump_between_versions(home: Home) -> None:
    dated: Said = {date.min: "2", date(2026, 11, 10): "9"}
    assert home.cost(Version("1", dated)) == 2
    assert home.cost(Version("1", dated), date(2026, 11, 11)) == 9
    assert home.cost(Version("2", dated), date(2026, 11, 12)) == 9
    assert home.cost(Version("2", dated)) == 2
    assert home.waiting(Version("2", dated)) == []


def test_an_earlier_day_had_another_price_in_both_versions(home: Home) -> None:
    dated: Said = {date.min: "2", date(2026, 11, 10): "9"}
    assert home.cost(Version("1", dated), date(2026, 11, 11)) == 9
    assert home.cost(Version("2", dated)) == 2


def test_a_new_version_that_dates_a_jump_is_held_too(home: Home) -> None:
    home.cost(flat("1", "2"))
    new = Version("2", {date.min: "2", date(2026, 11, 10): "9"})
    assert home.cost(new, date(2026, 11, 11)) == 2
    assert home.accept(new) == 1
    assert (home.cost(new, date(2026, 11, 11)), home.cost(new)) == (9, 2)


def test_a_model_that_a_new_version_drops_keeps_its_price(home: Home) -> None:
    home.cost(flat("1", "2"))
    dropped = Version("2", {})
    assert home.cost(dropped) == 2
    assert home.waiting(dropped) == []


def test_a_list_that_is_no_longer_named_is_not_used_any_more(home: Home) -> None:
    home.cost(flat("1", "2"))
    assert home.cost(Version("2", {}, lists=("another",))) == 0


def test_the_doctor_names_it_and_how_to_accept(tmp_path: Path) -> None:
    house = built(Settings(home=tmp_path), lambda: NOW)
    home = Home(house)
    version = Version("1")
    home.cost(version)
    facts = Facts(tmp_path, house.engine, house.key, flat("2", "5"), Owners())
    changed = replace(house, facts=facts)
    said = [text for well, text in findings(changed) if not well and "jumped" in text]
    assert said == ["A price has jumped and the old one is in force: m of provider-0, uncached input: $2 a million "
                    "by acme 1, $5 by acme 2; `tuppence prices accept m` takes the new one."]  # fmt: skip

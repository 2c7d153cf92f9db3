"""What is gathered at once says the same as what is asked alone: for every KPI, and for any sum there is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

import finops.kpis
from bot.plain import plain
from bot.settings import BudgetSettings, Settings
from bot.wiring import House, built
from bot.words import plain as worded
from finops.answers.figure import merit
from finops.discovery import instances
from finops.kpi import Kpi
from finops.merits.asked import asked
from finops.merits.gathered import Gathered
from finops.period import Period, last_days
from finops.question import NO_BUSINESS, Answer, Dimension, Filter, Freshness, Grain, Known, Ledger, Measure, Question
from finops.question import Series as Arrays
from finops.report import say
from finops.stamp import LedgerName
from sources.drivers import Drivers
from sources.focus import Focus
from sources.requests import Requests
from sources.seats import Seats
from tests.commands.conftest import ERIK, FINANCE, NOW
from tests.finops.kpis.raw import COMPANY, PRICES, bill, charges, written

KPIS = instances(finops.kpis, Kpi)
CROSSED, WITHIN = 4, 2
"""What bill and meter are asked for the days that both know, and for the sums of those; what is asked by model."""
NOVEMBER, LATELY = Period(date(2026, 11, 1), date(2026, 11, 10)), last_days(30, NOW.date())
BILL = """ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ServiceCategory,ChargeCategory,BilledCost,\
EffectiveCost,BillingCurrency,ConsumedQuantity,ConsumedUnit,SkuMeter
2026-11-03,acme,org,M,AI and Machine Learning,Usage,7,6.5,USD,1000,Tokens,Input tokens
2026-11-04,acme,org,M,AI and Machine Learning,Usage,7,6.5,USD,500,Tokens,Output tokens
2026-11-05,Cloudy,org,Disks,Storage,Usage,3,3,USD,,,
"""


@dataclass
class Counting:
    """A ledger that counts what it is asked."""

    ledger: Ledger
    asked: list[Question] = field(default_factory=list)

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        return self.ledger.answer(question)

    def chosen(self, period: Period, first: LedgerName = LedgerName.BILLED,
               where: tuple[Filter, ...] = ()) -> LedgerName:  # fmt: skip
        return self.ledger.chosen(period, first, where)

    def series(self, question: Question) -> Arrays:
        return self.ledger.series(question)

    def known(self, *, ever: bool = False) -> Known:
        return self.ledger.known(ever=ever)

    def freshness(self) -> tuple[Freshness, ...]:
        return self.ledger.freshness()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("gathered")
    budgets = {team: BudgetSettings(monthly=amount) for team, amount in COMPANY.budgets.items()}
    made = built(Settings(home=folder / "home", prices=PRICES, budgets=budgets), lambda: NOW)
    (folder / "bill.csv").write_text(BILL)
    for batch in (
        Requests().batch((written(COMPANY.calls, folder / "calls.csv"),)),
        Drivers().batch((written((*COMPANY.drivers, *COMPANY.hours), folder / "drivers.csv"),)),
        Focus().batch((charges(COMPANY.gpus, folder / "gpus.csv"),)),
        Focus().batch((folder / "bill.csv",)),
        Focus().batch((bill(COMPANY.capacity, folder / "capacity.csv"),)),
        *Seats().batches((written(COMPANY.licences, folder / "licences.csv"),)),
    ):
        assert made.facts.publish(batch, NOW).quarantined == 0
    made.states.look(NOVEMBER)
    yield made
    made.engine.dispose()


@pytest.mark.parametrize("period", [NOVEMBER, LATELY, Period(date(2026, 11, 5), date(2026, 11, 6))], ids=str)
@pytest.mark.parametrize("name", KPIS)
def test_a_kpi_is_what_it_is_alone(house: House, name: str, period: Period) -> None:
    kpi, desk = KPIS[name], house.desk()
    alone = asked(kpi, desk, Question(kpi.measures, period))
    together = asked(kpi, replace(desk, ledger=Gathered(desk.ledger, period)), Question(kpi.measures, period))
    assert (together.total, kpi.of(together.total)) == (alone.total, kpi.of(alone.total))
    assert together.stamp.ledger == alone.stamp.ledger or name in ("seat_utilisation", "credit_burn")


def questions(seed: int, many: int) -> Iterator[Question]:
    """Sums of anything under filters of anything, some of which are gathered and some are not."""
    dice = random.Random(seed)
    values = {Dimension.SCOPE: ("ai", "saas", "cloud", "datacenter"), Dimension.PROVIDER: ("acme", "Data*", "*o*"),
              Dimension.SERVICE: ("GPU", "Idle GPU", "M"), Dimension.TOKEN_CLASS: ("output", "cache_read", "*input"),
              Dimension.STATUS: ("ok", "error"), Dimension.TIER: ("provisioned", "batch"),
              Dimension.COMMITMENT: ("used", "unused"), Dimension.TEAM: ("search", "nobody"),
              Dimension.DRIVER: ("orders", *NO_BUSINESS)}  # fmt: skip
    for _ in range(many):
        cuts = dice.sample(list(values), dice.choice((0, 1, 1, 2)))
        where = tuple(Filter(cut, tuple(dice.sample(values[cut], dice.randrange(1, 3))), dice.random() < 0.2)
                      for cut in cuts)  # fmt: skip
        measures = tuple(dice.sample(list(Measure), dice.randrange(1, 4)))
        drivers = (Measure.DRIVERS,) if Dimension.DRIVER in cuts and dice.random() < 0.8 else measures
        yield Question(drivers, dice.choice((NOVEMBER, LATELY)), where=where,
                       grain=dice.choice((None, None, None, Grain.DAY)),
                       ledger=dice.choice((None, None, *LedgerName)))  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_any_sum_is_what_it_is_alone(house: House, seed: int) -> None:
    ledger = Counting(house.ledger)
    both = {period: Gathered(ledger, period) for period in (NOVEMBER, LATELY)}
    for each in questions(seed, 40):
        here, there = both[each.period].answer(each), house.ledger.answer(each)
        assert {**here.total} == {**there.total}, each
        assert bool(here.rows) == bool(there.rows), each
        if each.measures != (Measure.DRIVERS,):  # which ledger they are told beside means nothing
            assert here.stamp.ledger == there.stamp.ledger, each
        if each.grain:
            assert {row.day: {**row.values} for row in here.rows} == {
                row.day: {**row.values} for row in there.rows}, each  # fmt: skip
    assert len(ledger.asked) < 36, "most of them are gathered"


def test_the_list_asks_few_questions_and_says_what_each_is_alone(house: House) -> None:
    ledger = Counting(house.ledger)
    asking = replace(house.asking(), desk_for=lambda who, place: replace(house.desk(), ledger=ledger))
    said = plain(asking.typed("kpi", ERIK, FINANCE), "UTC")
    assert len(ledger.asked) <= 5 + CROSSED + WITHIN, ledger.asked
    for kpi in KPIS.values():
        answer = asked(kpi, house.desk(), Question(kpi.measures, LATELY))
        value = kpi.of(answer.total)
        told = "no data; it needs" if value is None else merit(kpi, "USD").said(value)
        words = told if isinstance(told, str) else worded(say(told), "UTC")
        assert f"kpi {kpi.name} · {kpi.label}: {words}" in said


def test_what_is_of_another_period_is_asked_for(house: House) -> None:
    other = Question((Measure.COST,), Period(date(2026, 11, 2), date(2026, 11, 3)))
    ledger = Counting(house.ledger)
    assert Gathered(ledger, NOVEMBER).answer(other) == house.ledger.answer(other)
    assert ledger.asked == [other]

"""Doubts of an export by billing month: also a day outside of these months is doubted, believed and then forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from finops.doubt import BELIEVED_AFTER
from finops.period import Period
from finops.question import Measure, Question
from sources.focus import Focus
from storage.doubting import doubts
from tests.storage.facts.conftest import NOW, House

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
AUTUMN = Period(date(2026, 9, 1), NOVEMBER.end)
HEAD = ("ChargePeriodStart,BillingPeriodStart,ProviderName,BillingAccountId,ServiceName,ChargeCategory,BilledCost,"
        "EffectiveCost,BillingCurrency")  # fmt: skip


def deliver(house: House, hours: float, *days: str) -> bool:
    """What the export of November says, with a charge of 1 for each of *days*; whether it is doubted."""
    file = house.home / "november.csv"
    rows = [f"{day},2026-11-01,AWS,1,Amazon EC2,Usage,1,1,USD" for day in days]
    file.write_text("\n".join([HEAD, *rows, ""]))
    batch = replace(Focus().batch((file,)), source="focus_s3", covers=NOVEMBER, by_billing=True)
    at = NOW + timedelta(hours=hours)
    return house.facts.publish(batch, at, routine=True, doubting=True).doubted


def test_a_correction_of_an_earlier_month_that_is_gone_is_believed_and_no_longer_doubted(house: House) -> None:
    known = ("2026-11-02", "2026-11-03", "2026-11-04")
    assert not deliver(house, 0, "2026-09-30", *known)
    assert deliver(house, 1, *known)
    [doubt] = doubts(house.facts.engine)
    assert (doubt.days.start, doubt.had, doubt.said) == (date(2026, 9, 30), 1, 0)
    assert not deliver(house, 1 + BELIEVED_AFTER / timedelta(hours=1), *known)
    assert house.ledger.answer(Question((Measure.COST,), AUTUMN)).total[Measure.COST] == 3
    assert doubts(house.facts.engine) == ()

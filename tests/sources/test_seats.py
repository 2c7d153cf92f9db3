"""Licences and contracts: their days add up to them to the last digit; a bad row is told where the file has it."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from finops.errors import BadFile
from finops.period import Period
from finops.question import Dimension, Filter, Grain, Measure, Question
from sources._licence import shares
from sources._row_check import RowCheck
from sources._seats import Seat, counted
from sources.focus import Focus
from sources.seats import Seats
from tests.storage.facts.conftest import House
from web.client import Web

FILE = Path(__file__).parents[1] / "fixtures" / "licences.csv"
EVER = Period(date(2026, 1, 1), date(2028, 1, 1))
HEAD = "vendor,product,start,end,seats,used,price_per_seat,per,credits_bought,price_per_credit,total,currency,team\n"
NAMES = HEAD.strip().split(",")
USUAL = ["OpenAI", "ChatGPT", "2026-11-01", "2026-11-30", "10", "", "30", "month", "", "", "", "USD", ""]


def row(**cells: str) -> str:
    return ",".join((dict(zip(NAMES, USUAL, strict=True)) | cells).values()) + "\n"


def written(file: Path, *rows: str) -> Path:
    file.write_text(HEAD + "".join(rows))
    return file


def published(house: House, *files: Path) -> list[tuple[int, int, int]]:
    """Rows read, kept and held back, of the costs and of the counts."""
    given = [house.publish(batch) for batch in Seats().batches(files)]
    return [(each.read, each.kept, each.quarantined) for each in given]


def sums(house: House, measure: Measure, *by: Dimension, period: Period = EVER, **where: str) -> dict[str, Decimal]:
    kept = tuple(Filter(Dimension(name), (value,)) for name, value in where.items())
    rows = house.ledger.answer(Question((measure,), period, by, kept)).rows
    return {each.name: each.values[measure] for each in rows if each.values[measure]}


def test_the_days_of_contracts_add_up_to_them_to_the_last_digit(house: House) -> None:
    assert published(house, FILE) == [(4, 4, 0), (4, 4, 0)]
    cost = {"ChatGPT Enterprise": Decimal(250 * 60 * 12 + 38_000), "Cursor Teams": Decimal(30 * 40 * 3),
            "Figma AI": Decimal("69.93")}  # fmt: skip
    assert sums(house, Measure.COST, Dimension.SERVICE) == sums(house, Measure.BILLED_COST, Dimension.SERVICE) == cost
    listed = cost | {"ChatGPT Enterprise": Decimal(250 * 60 * 12 + 40_000)}
    assert sums(house, Measure.LIST_COST, Dimension.SERVICE) == listed
    assert sums(house, Measure.COST, Dimension.SCOPE) == {"saas": sum(cost.values())}
    teams = {"no team": cost["ChatGPT Enterprise"], "platform": Decimal(3600), "design": Decimal("69.93")}
    assert sums(house, Measure.COST, Dimension.TEAM) == teams


def test_seats_that_the_tool_and_its_contract_both_count_are_counted_once(house: House, tmp_path: Path) -> None:
    published(house, written(tmp_path / "contract.csv", row(product="Cursor")))
    day = date(2026, 11, 3)
    check = RowCheck(Web("http://replay.invalid", "Cursor"), tmp_path / "cursor-seats.jsonl.gz")
    house.publish(counted("cursor", "cursor", day, [Seat("", active=True)] * 12, check))
    counts = sums(house, Measure.DRIVERS, Dimension.DRIVER, period=Period(day, day + timedelta(days=1)))
    assert counts == {"seats": 10, "active_seats": 12}


def test_every_day_of_a_contract_has_its_even_share(house: House) -> None:
    published(house, FILE)
    asked = Question((Measure.COST,), EVER, where=(Filter(Dimension.SERVICE, ("Figma AI",)),), grain=Grain.DAY)
    rows = [each for each in house.ledger.answer(asked).rows if each.values[Measure.COST]]
    days = {each.day: each.values[Measure.COST] for each in rows}
    assert list(days) == [date(2026, 11, 10) + timedelta(days=n) for n in range(7)]
    assert set(days.values()) == {Decimal("9.99")}


@pytest.mark.parametrize("amount", ["1000", "-1000", "0.000000000000000001", "999999999999.999999999999999999", "0"])
@pytest.mark.parametrize("days", [1, 3, 365, 1096])
def test_shares_add_up_and_differ_by_no_more_than_the_last_digit(amount: str, days: int) -> None:
    found = [Fraction(each) for each in shares(Decimal(amount), days, 18)]
    assert len(found) == days
    assert sum(found) == Fraction(amount)
    assert max(found) - min(found) <= Fraction(1, 10**18)


def test_seats_are_counted_on_each_day_and_credits_over_all_of_them(house: House) -> None:
    published(house, FILE)
    one = Period(date(2026, 11, 12), date(2026, 11, 13))
    seats = {app: sums(house, Measure.DRIVERS, Dimension.DRIVER, period=one, app=app) for app in ("Cursor*", "Figma*")}
    assert seats == {"Cursor*": {"seats": 30, "active_seats": 22}, "Figma*": {"seats": 7}}
    counts = {"seats": 250 * 365, "active_seats": 180 * 365, "credits": 1_000_000, "used_credits": Decimal("333333.5")}
    assert sums(house, Measure.DRIVERS, Dimension.DRIVER, app="ChatGPT*") == counts
    by_team = sums(house, Measure.DRIVERS, Dimension.TEAM, period=one, driver="seats")
    assert by_team == {"no team": 250, "platform": 30, "design": 7}


PRICES: list[tuple[dict[str, str], Decimal | int]] = [
    ({"per": ""}, 300),
    ({"per": "contract"}, 300),
    ({"end": "2027-10-31"}, 3600),
    ({"end": "2027-10-31", "per": "year"}, 300),
    ({"start": "2026-01-31", "end": "2026-02-27"}, 300),
    ({"start": "2026-11-15", "end": "2027-01-14"}, 600),
    ({"credits_bought": "7", "price_per_credit": "0.5"}, Decimal("303.5")),
    ({"total": "-12.5"}, Decimal("-12.5")),
    ({"seats": "1.5", "price_per_seat": "20.000000000000000000"}, 30),
    ({"seats": "", "price_per_seat": "", "total": "99"}, 99),
]


def test_a_price_is_per_month_year_or_contract(house: House, tmp_path: Path) -> None:
    rows = [row(product=str(number), **cells) for number, (cells, _) in enumerate(PRICES)]
    assert published(house, written(tmp_path / "a.csv", *rows))[0] == (len(PRICES), len(PRICES), 0)
    assert sums(house, Measure.COST, Dimension.SERVICE) == {str(n): cost for n, (_, cost) in enumerate(PRICES)}


BAD = [
    ({"vendor": ""}, "vendor", "is empty"),
    ({"product": " "}, "product", "is empty"),
    ({"start": "11/2026"}, "start", "“11/2026” is no date; write 2026-11-01"),
    ({"end": "2026-02-30"}, "end", "“2026-02-30” is no date; write 2026-11-01"),
    ({"end": "2026-10-31"}, "end", "2026-10-31 lies before the start"),
    ({"start": "1999-12-31"}, "start", "1999-12-31 lies out of all bounds"),
    ({"seats": "-1"}, "seats", "is below zero"),
    ({"seats": "ten"}, "seats", "“ten” is not a number that can be kept: write 1234.50, without sign or separators"),
    ({"seats": ""}, "seats", "is empty, though there is a price_per_seat"),
    ({"credits_bought": "-1"}, "credits_bought", "is below zero"),
    ({"price_per_credit": "1"}, "credits_bought", "is empty, though there is a price_per_credit"),
    ({"price_per_seat": "9e99"}, "price_per_seat", "“9e99” is not a number"),
    ({"price_per_seat": "1000000000000"}, "price_per_seat", "“10000000000000” is not"),
    ({"price_per_seat": ""}, "total", "is empty, and no price tells it either"),
    ({"per": "week"}, "per", "“week” is none of month, year, contract"),
    ({"end": "2026-11-29"}, "end", "a price per month wants whole months"),
    ({"end": "2026-12-31", "per": "year"}, "end", "a price per year wants whole years"),
    ({"currency": ""}, "currency", "is empty"),
    ({"currency": "EUR"}, "currency", "“EUR” is not the reporting currency USD"),
    ({"team": "a,b"}, "", "has too many columns"),
]


@pytest.mark.parametrize("bad", [BAD[:5], BAD[5:10], BAD[10:15], BAD[15:]])
def test_a_bad_row_is_told_by_file_row_and_field_of_the_file(
    house: House, tmp_path: Path, bad: list[tuple[dict[str, str], str, str]]
) -> None:
    rows = [row(**cells) for cells, _, _ in bad]
    file = written(tmp_path / "licences.csv", row(product="A"), *rows, row(product="B"))
    costs = house.publish(Seats().batch((file,)))
    assert (costs.read, costs.kept, costs.quarantined) == (2 + len(bad), 2, len(bad))
    for place, (held, (_, field, reason)) in enumerate(zip(costs.examples, bad, strict=True), 2):
        assert (held.file, held.row, held.field) == ("licences.csv", place, field)
        assert held.reason.startswith(reason)
    assert sums(house, Measure.COST, Dimension.SERVICE) == {"A": 300, "B": 300}


def test_a_file_that_is_cut_off_or_lacks_a_column_is_refused_whole(house: House, tmp_path: Path) -> None:
    cut = tmp_path / "cut.csv"
    cut.write_text(HEAD + row() + row()[:20])
    with pytest.raises(BadFile, match=r"cut\.csv is cut off in row 2"):
        published(house, cut)
    cut.write_text("vendor,product,start,end\nOpenAI,ChatGPT,2026-11-01,2026-11-30\n")
    with pytest.raises(BadFile, match="the mandatory column currency is missing"):
        published(house, cut)


def test_the_same_file_again_changes_nothing_and_a_shorter_contract_ends_earlier(house: House, tmp_path: Path) -> None:
    figma = written(tmp_path / "a.csv", row(vendor="Figma", product="Figma"))
    published(house, figma)
    published(house, written(tmp_path / "b.csv", row(end="2027-10-31")))
    before = house.ledger.answer(Question((Measure.COST, Measure.DRIVERS), EVER, (Dimension.APP,)))
    published(house, tmp_path / "b.csv")
    assert house.ledger.answer(before.question).rows == before.rows
    published(house, written(tmp_path / "b.csv", row(end="2026-12-31")))
    assert sums(house, Measure.COST, Dimension.SERVICE) == {"ChatGPT": 600, "Figma": 300}
    assert sums(house, Measure.DRIVERS, Dimension.APP, driver="seats") == {"ChatGPT": 610, "Figma": 300}


def test_licences_are_added_to_what_the_same_vendor_bills_otherwise(house: House, tmp_path: Path) -> None:
    bill = tmp_path / "focus.csv"
    bill.write_text("ChargePeriodStart,ProviderName,BillingAccountId,ServiceName,ChargeCategory,BilledCost,EffectiveCost,"
                    "BillingCurrency\n2026-11-01,OpenAI,a,OpenAI API,Usage,5,5,USD\n")  # fmt: skip
    house.publish(Focus().batch((bill,)))
    published(house, written(tmp_path / "a.csv", row()))
    november = Period(date(2026, 11, 1), date(2026, 12, 1))
    assert sums(house, Measure.COST, Dimension.PROVIDER, period=november) == {"OpenAI": 305}

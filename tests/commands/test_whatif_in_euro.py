"""A company that reckons in euro: lists are in dollars, which were worth what the rates of their days say."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import commands.request
from bot.plain import plain
from bot.settings import BudgetSettings, CompanySettings, CurrencySettings
from bot.wiring import House, built
from finops.designs.check import Check
from finops.designs.planned import Design
from finops.errors import Unclear
from finops.report import Bars, Choice, Choices, Report
from finops.whatif.mix import MONTH
from sources.requests import Requests
from tests.commands.conftest import ERIK, FINANCE, NOW, RAJ, settings

COLUMNS = "request_id,ts_start,provider,model,input_tokens,output_tokens,requests,spend_usd,team,app,key"
FIRST = date(2026, 10, 26)
RATES = "\n".join(["date,from,to,rate", "2026-10-26,USD,EUR,0.8", "2026-11-02,USD,EUR,0.8", "2026-11-09,USD,EUR,0.9",
                   "2026-11-16,USD,EUR,0.9"])  # fmt: skip
DOLLAR = (13 * Decimal("0.8") + 15 * Decimal("0.9")) / 28  # 27 October to 8 November, and on to 23 November
BIG, SMALL = Decimal("2.5") + Decimal(1), Decimal("0.15") + Decimal("0.06")  # a million in, 100,000 out, of the lists


def company(folder: Path, rates: str = RATES) -> House:
    """search pays what lists say, support half of it by a contract."""
    told = settings(folder).model_copy(update={"company": CompanySettings(currency="EUR"), "budgets": {
        team: BudgetSettings(monthly=Decimal(4000)) for team in ("search", "support")}})  # fmt: skip
    if rates:
        folder.mkdir(exist_ok=True)
        (folder / "rates.csv").write_text(rates)
        told = told.model_copy(update={"currency": CurrencySettings(rates=Path("rates.csv"))})
    lines = [f"{team}{ago},{FIRST + timedelta(days=ago)}T10:00:00Z,openai,gpt-4o,1000000,100000,10,{spend},{team},a,k"
             for ago in range(29) for team, spend in (("search", BIG), ("support", BIG / 2))]  # fmt: skip
    (folder.parent / f"{folder.name}.csv").write_text("\n".join([COLUMNS, *lines]))
    made = built(told, lambda: NOW)
    made.facts.publish(Requests().batch((folder.parent / f"{folder.name}.csv",)), NOW)
    return made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = company(tmp_path_factory.mktemp("euro") / "home")
    yield made
    made.engine.dispose()


def told(house: House, words: str) -> Report:
    return house.asking().typed(f"whatif {words}", ERIK, FINANCE)


def euro(daily: Decimal) -> Decimal:
    return daily * MONTH * DOLLAR


def test_a_swap_costs_the_price_of_the_list_at_the_rates_of_the_days_that_were_measured(house: House) -> None:
    report = told(house, "swap gpt-4o to gpt-4o-mini team:search")
    text = plain(report, "UTC")
    assert f"€{euro(BIG):.2f}  −€{euro(BIG) - euro(SMALL):.2f}  €{euro(SMALL):.2f}" in text
    assert f"lists are in USD: a dollar is {DOLLAR:.4f} EUR by the rates of those days" in text
    assert "EUR converted from USD" in text
    assert "$" not in text


def test_what_a_contract_takes_off_one_model_is_not_taken_for_a_rate(house: House) -> None:
    text = plain(told(house, "swap gpt-4o to gpt-4o-mini team:support"), "UTC")
    assert f"€{euro(BIG) / 2:.2f}  −€{euro(BIG) / 2 - euro(SMALL):.2f}  €{euro(SMALL):.2f}" in text


def test_the_way_from_now_to_then_is_drawn_in_euro(house: House) -> None:
    way = next(part for part in told(house, "swap gpt-4o to gpt-4o-mini, batch 10%").parts if isinstance(part, Bars))
    assert way.unit == "EUR"
    _, _, ends = zip(*way.steps, strict=True)
    assert round(ends[0], 6) == round(euro(BIG) * Decimal("1.5"), 6)


def test_what_fits_is_asked_for_in_euro_and_an_amount_in_dollars_is_refused(house: House) -> None:
    assert f"of it fits in €50.0 a month; all of it is €{euro(BIG):.1f}" in plain(
        told(house, "fits €50 team:search"), "UTC"
    )
    assert told(house, "fits 50 EUR team:search").verdict == told(house, "fits 50 team:search").verdict
    with pytest.raises(Unclear, match=r"Costs are in EUR here, and “\$4k” is not converted; name it in EUR") as raised:
        told(house, "fits $4k team:search")
    assert told(house, raised.value.example.removeprefix("whatif ")).verdict
    with pytest.raises(Unclear, match=r"“\$2\.50” is not converted") as raised:
        told(house, "self-host 60% gpt-4o on 2 gpus at $2.50/h")
    assert "€1,825.00 a month, used or not" in plain(told(house, raised.value.example.removeprefix("whatif ").replace(
        "2.50", "1.25")), "UTC")  # fmt: skip


def pressed(report: Report, label: str) -> Choice:
    return next(each for part in report.parts if isinstance(part, Choices) for each in part.options
                if each.label == label)  # fmt: skip


def test_a_note_is_of_the_same_figures(house: House) -> None:
    report = told(house, "swap gpt-4o to gpt-4o-mini team:search")
    note = house.asking().filled("whatif", pressed(report, "Save as design note").arguments, RAJ, FINANCE)
    assert note.verdict == report.verdict
    assert "have moved since" not in plain(note, "UTC")


def test_its_button_asks_for_the_budget_in_euro(house: House) -> None:
    press = pressed(told(house, "swap gpt-4o to gpt-4o-mini team:search"), "Create budget request")
    assert press.arguments == {"team": "search", "amount": "€6.00"}
    opens = commands.request.request.form(press.arguments)
    assert opens
    form = house.asking().form(opens, commands.request.request, press.arguments, ERIK, FINANCE)
    assert [blank.value for blank in form.blanks] == ["search", "€6.00", ""]
    assert form.blanks[1].hint == "In EUR, for example 6500 or 6.5k"
    asked = house.asking().filled("request", {**press.arguments, "reason": "a smaller model"}, ERIK, FINANCE)
    assert "€6.00" in plain(asked, "UTC")
    with pytest.raises(Unclear, match=r"is in EUR, not in \$; nothing is converted"):
        house.asking().filled("request", {"team": "search", "amount": "$6.00", "reason": "no euro"}, ERIK, FINANCE)


def test_where_no_rate_is_known_calls_are_unpriced_and_nothing_is_made_up(tmp_path: Path) -> None:
    poor = company(tmp_path / "poor", rates="")
    text = plain(told(poor, "swap gpt-4o to gpt-4o-mini"), "UTC")
    assert "Nothing was spent there, so nothing would change." in text
    assert "100.0 % of tokens have no price, and are not in these figures" in text
    poor.engine.dispose()


def test_a_design_is_judged_in_euro_at_the_last_rate(house: House) -> None:
    plan = {"model": "gpt-4o-mini", "requests_per_day": 100, "input_tokens": 1_000_000, "output_tokens": 0}
    design = Design.model_validate({"team": "search", "workloads": {"w": plan | {"changes": "a"}}})
    said = {each.rule: str(each) for each in Check(design, house.desk(), NOW).found()}
    call, now = Decimal("0.15") * Decimal("0.9"), (BIG + BIG / 2) * DOLLAR / 20
    assert f"(€{call:.6f} CONFIGURED, €{now:.6f} MEASURED in 28 days to 2026-11-23)" in said["growth"]
    assert f"adds €{call * 100 * MONTH - (BIG + BIG / 2) * DOLLAR * MONTH:.2f} a month" in said["budget"]

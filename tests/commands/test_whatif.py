"""A what-if over the real ledger and the shipped price lists, and the form that its button opens."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

import commands.request
from bot.plain import plain
from bot.wiring import House, built
from finops.errors import NotAllowed
from finops.report import Choices, Report
from finops.whatif.mix import MONTH
from sources.requests import Requests
from tests.commands.conftest import ERIK, FINANCE, NOW, SECURITY, settings

COLUMNS = "request_id,ts_start,provider,model,input_tokens,cached_tokens,output_tokens,team,app,key"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("whatif")
    first = date(2026, 10, 26)
    lines = [f"{n}-{team}-{ago},{first + timedelta(days=ago)}T10:00:00Z,openai,gpt-4o,100000,20000,1000,{team},a,k"
             for ago in range(29) for n in range(5) for team in ("search", "support")]  # fmt: skip
    (folder / "calls.csv").write_text("\n".join([COLUMNS, *lines]))
    made = built(settings(folder / "home"), lambda: NOW)
    made.facts.publish(Requests().batch((folder / "calls.csv",)), NOW)
    yield made
    made.engine.dispose()


def told(house: House, words: str) -> Report:
    return house.asking().typed(f"whatif {words}", ERIK, FINANCE)


def test_a_swap_is_reckoned_at_the_prices_of_the_shipped_lists(house: House) -> None:
    text = plain(told(house, "swap gpt-4o to gpt-4o-mini team:search"), "UTC")
    per_million = {"gpt-4o": ("2.5", "1.25", "10"), "gpt-4o-mini": ("0.15", "0.075", "0.6")}
    for fresh, read, out in per_million.values():
        call = (80_000 * Decimal(fresh) + 20_000 * Decimal(read) + 1000 * Decimal(out)) / 1_000_000
        assert f"${call * 5 * MONTH:,.2f}" in text
    assert "metered ledger" in text


def test_the_batch_price_is_the_one_of_the_list_that_has_one(house: House) -> None:
    text = plain(told(house, "batch 100% team:support"), "UTC")
    assert "batch prices from the lists" in text
    assert "half price in batch where no list says" not in text


def test_levers_on_two_teams_cover_all_that_may_be_seen(house: House) -> None:
    both = plain(told(house, "trim 50% team:search, trim 50% team:support"), "UTC")
    assert plain(told(house, "trim 50%"), "UTC").splitlines()[1] == both.splitlines()[1]


def test_its_button_opens_the_form_of_a_request_with_team_and_amount(house: House) -> None:
    report = told(house, "swap gpt-4o to gpt-4o-mini team:search")
    press = next(part for part in report.parts if isinstance(part, Choices)).options[0]
    known = commands.request.request
    opens = known.form(press.arguments)
    assert opens is not None
    form = house.asking().form(opens, known, press.arguments, ERIK, FINANCE)
    assert {blank.argument: blank.value for blank in form.blanks} == {"team": "search", "amount": "$3.00", "reason": ""}


def test_it_tells_amounts_so_it_is_not_told_where_none_are(house: House) -> None:
    with pytest.raises(NotAllowed):
        house.asking().typed("whatif trim 20%", ERIK, SECURITY)

"""Why a cost moved, over a real ledger: parts that add up, each what its name says; what cannot be told is said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.charts import drawn
from bot.figures import bar
from bot.plain import plain
from bot.settings import Settings
from bot.waterfall import cut_at
from bot.wiring import House, built
from finops.driver import DriverCount
from finops.errors import Unclear
from finops.people import Audience, Member, Place
from finops.report import Bars, Report, Start
from sources.requests import Requests

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ERIK, FINANCE = Member("U0ERIK"), Place("C0FINANCE00", "UTC", Audience.FINANCE)
COLUMNS = "request_id,ts_start,provider,model,input_tokens,output_tokens,team,app,key,spend_usd"


@dataclass(frozen=True)
class Calls:
    """So many calls of one app on the first of a month, each of so many tokens and dollars."""

    month: int
    app: str
    model: str
    calls: int
    tokens: int
    spend: str

    def lines(self) -> Iterator[str]:
        at = f"2026-{self.month:02}-01"
        for number in range(self.calls):
            yield (f"{at}-{self.app}-{self.model}-{number},{at}T10:00:00Z,openai,{self.model},{self.tokens},0,"
                   f"{self.app}-team,{self.app},k,{self.spend}")  # fmt: skip


# 100 tickets in each month, a cent for a thousand tokens; 1000 tokens a call become 1500, 2 calls a ticket become 3.
STORY = (
    Calls(9, "helpdesk", "gpt-5", 200, 1000, "0.01"),
    Calls(10, "helpdesk", "gpt-5", 300, 1500, "0.015"),
    Calls(9, "ranker", "gpt-5", 10, 1000, "0.50"),
    Calls(10, "ranker", "gpt-5-mini", 10, 1000, "0.10"),
)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("story")
    (folder / "calls.csv").write_text("\n".join([COLUMNS, *(line for each in STORY for line in each.lines())]))
    made = built(Settings(home=folder / "home"), lambda: NOW)
    made.facts.publish(Requests().batch((Path(folder / "calls.csv"),)), NOW)
    drivers = made.asking().ask(ERIK, FINANCE).desk.drivers
    for month in (9, 10):
        drivers.tell(DriverCount("tickets", Decimal(100), date(2026, month, 1), "helpdesk", "helpdesk-team"), ERIK, NOW)
    drivers.tell(DriverCount("orders", Decimal(4), date(2026, 10, 1), "ranker", "ranker-team"), ERIK, NOW)
    yield made
    made.engine.dispose()


def asked(story: House, words: str) -> Report:
    return story.asking().typed(f"why {words}", ERIK, FINANCE)


def verdict(report: Report) -> str:
    return plain(report, "UTC").split("\n")[1]


def made(report: Report) -> Mapping[str, Decimal]:
    assert report.figures
    return {key["part"]: value for key, value in report.figures.rows if value is not None}


def test_the_verdict_names_the_factors_of_the_tree_and_their_per_cents_add_up(story: House) -> None:
    report = asked(story, "cost per ticket 2026-10")
    assert verdict(report) == (
        "Cost per ticket rose 125 % to $0.045 in October 2026: price 0.0 %, tokens per request +62 %, "
        "requests per ticket +62 %."
    )  # fmt: skip
    assert made(report) == {
        "price": 0,
        "tokens per request": Decimal("0.0125"),
        "requests per ticket": Decimal("0.0125"),
    }


def test_only_the_apps_that_the_driver_counts_for_are_in_its_cost(story: House) -> None:
    bars = asked(story, "cost per ticket 2026-10").parts[0]
    assert isinstance(bars, Bars)
    assert bars.start
    assert [(a, b) for _, a, b in bars.steps][::3] == [(0, Decimal("0.02")), (Decimal("0.0325"), Decimal("0.045"))]


def test_a_cost_is_split_into_volume_mix_and_price_that_add_up(story: House) -> None:
    report = asked(story, "cost by model 2026-10")
    parts = made(report)
    assert report.figures
    assert sum(parts.values()) == report.figures.total == Decimal("5.5") - 7
    # 210k → 460k tokens of $7; gpt-5 cost 7/210 a thousand and now 4.5/450.
    assert parts["volume"].quantize(Decimal("0.0001")) == Decimal("8.3333")
    assert parts["price"] == Decimal("4.5") - 15
    assert "gpt-5 moved most, −$2.50" in verdict(report)


def test_whatever_the_words_the_same_is_meant(story: House) -> None:
    said = verdict(asked(story, "cost per ticket 2026-10"))
    for words in (
        "cost per tickets 2026-10 vs previous",
        "did our cost per ticket rise 2026-10?",
        "cost per Ticket last month",
    ):
        assert verdict(asked(story, words)) == said
    by_team = asked(story, "did spend go up 2026-10 by team app:ranker")
    assert "Cost fell 80 % to $1.00 in October 2026" in verdict(by_team)


def test_without_drivers_there_is_no_figure_and_it_is_said(story: House) -> None:
    assert verdict(asked(story, "cost per ticket 2026-08")) == (
        "No tickets were counted in August 2026, so there is no cost per ticket."
    )
    assert verdict(asked(story, "cost per order 2026-10")) == (
        "Cost per order was $0.25 in October 2026; no orders were counted in September 2026 to compare with."
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [("cost per tcket", "Did you mean tickets?"), ("tokens", "why cost moved"), ("cost daily", "not by day"),
     ("cost per ticket by model 2026-10", "split into its factors")],
)  # fmt: skip
def test_what_cannot_be_asked_is_unclear_with_an_example_that_works(story: House, words: str, said: str) -> None:
    with pytest.raises(Unclear, match=said.replace("?", r"\?")) as unclear:
        asked(story, words)
    assert story.asking().typed(unclear.value.example, ERIK, FINANCE)


def test_without_any_drivers_it_says_how_to_tell_some(tmp_path: Path) -> None:
    empty = built(Settings(home=tmp_path / "home"), lambda: NOW)
    with pytest.raises(Unclear, match="No drivers are counted yet"):
        asked(empty, "cost per ticket")
    assert "Nothing was spent" in verdict(asked(empty, "cost 2026-10"))
    empty.engine.dispose()


def test_tokens_without_a_price_give_no_cost_per_driver(tmp_path: Path) -> None:
    house = built(Settings(home=tmp_path / "home"), lambda: NOW)
    calls = [line for month in (9, 10) for line in Calls(month, "helpdesk", "own-model", 2, 10, "").lines()]
    (tmp_path / "calls.csv").write_text("\n".join([COLUMNS, *calls]))
    house.facts.publish(Requests().batch((tmp_path / "calls.csv",)), NOW)
    for month in (9, 10):
        told = DriverCount("tickets", Decimal(1), date(2026, month, 1), "helpdesk", "helpdesk-team")
        house.asking().ask(ERIK, FINANCE).desk.drivers.tell(told, ERIK, NOW)
    assert verdict(asked(house, "cost per ticket 2026-10")).startswith("No price is known of the tokens used, so there")
    house.engine.dispose()


@pytest.mark.parametrize(
    ("start", "steps", "ends"),
    [("500", ("-900", "50"), ("$500", "−$900", "+$50.0", "−$350")), ("0", ("0",), ("$0", "$0", "$0"))],
)  # fmt: skip
def test_a_waterfall_says_each_step_with_its_sign_and_is_drawn_below_zero_too(
    start: str, steps: tuple[str, ...], ends: tuple[str, ...]
) -> None:
    rows = tuple((f"part {n}", Decimal(each)) for n, each in enumerate(steps))
    part = Bars("Why", rows, "USD", start=Start("October", Decimal(start), "November"))
    assert tuple(line.split()[-1] for line in bar(part).split("\n")) == ends
    assert drawn(part, None).startswith(b"\x89PNG")


def test_the_bars_of_a_waterfall_are_cut_only_where_its_steps_would_not_be_seen() -> None:
    def cut(start: str, step: str) -> Decimal:
        return cut_at(Bars("", (("a", Decimal(step)),), "USD", start=Start("", Decimal(start), "")))

    assert (cut("100", "80"), cut("100", "-110"), cut("100", "0")) == (0, 0, 0)
    assert cut("100", "-5") == 90


def test_the_example_after_a_model_that_nobody_used_works_here(story: House) -> None:
    with pytest.raises(Unclear, match=r"Nobody used the model “gpt-4o”[.] Did you mean gpt-5") as unclear:
        story.asking().typed("whatif swap gpt-4o to gpt-4o-mini", ERIK, FINANCE)
    assert unclear.value.example in ("whatif swap gpt-5 to gpt-5-mini", "whatif swap gpt-5-mini to gpt-5")

"""Every KPI a second way: plain loops over the raw rows of a small company give what the product says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

import finops.kpis
from bot.settings import BudgetSettings, Settings
from bot.wiring import House, built
from finops.anomalies.incident import Stage, opened, resolved, settled
from finops.discovery import instances
from finops.kpi import Kpi
from finops.money import Money
from finops.period import Period
from sources.drivers import Drivers
from sources.focus import Focus
from sources.requests import Requests
from sources.seats import Seats
from tests.commands.conftest import ERIK, FINANCE, NOW, RAJ, incident
from tests.finops.kpis.raw import COMPANY, MILLION, NOTHING, PRICES, Call, Raw, Trouble, bill, charges, written

KPIS = instances(finops.kpis, Kpi)
NINE = "2026-11-01..2026-11-09"
LAST, NEAR = 9, Decimal("1e-12")
INPUT = ("uncached_input", "cache_read", "cache_write")
Way = Callable[[Raw], Decimal | None]
WAYS: dict[str, tuple[str, Way]] = {}


def asked(words: str) -> Callable[[Way], Way]:
    """The second way of the KPI it is named like, which is asked with *words*."""

    def known(way: Way) -> Way:
        WAYS[way.__name__] = (words, way)
        return way

    return known


def ratio(above: Decimal | int, below: Decimal | int) -> Decimal | None:
    return Decimal(above) / Decimal(below) if below else None


def count(calls: Iterable[Call], *classes: str) -> int:
    return sum(many for each in calls for name, many in each.tokens.items() if not classes or name in classes)


def cost(calls: Iterable[Call], *classes: str) -> Decimal:
    return sum((each.cost(*classes) for each in calls), NOTHING)


def priced(raw: Raw) -> list[Call]:
    return [each for each in raw.calls if each.priced]


@asked(f"metered {NINE}")
def cost_per_million_tokens(raw: Raw) -> Decimal | None:
    return ratio(cost(raw.calls) * MILLION, count(priced(raw)))


@asked(f"metered {NINE}")
def effective_input_price(raw: Raw) -> Decimal | None:
    return ratio(cost(raw.calls, *INPUT) * MILLION, count(priced(raw), *INPUT))


@asked(f"metered {NINE}")
def cache_hit_rate(raw: Raw) -> Decimal | None:
    given = sum(each.input_tokens for each in raw.calls)
    return ratio(100 * sum(each.cached_input_tokens for each in raw.calls), given)


@asked(f"metered {NINE}")
def net_cache_value(raw: Raw) -> Decimal | None:
    """What each read saved, less what each write cost more, against the mean price of what its model did not cache."""
    models: dict[tuple[str, str], list[Call]] = {}
    for each in priced(raw):
        models.setdefault((each.provider, each.model), []).append(each)
    told = [value for calls in models.values() if (value := _saved(calls)) is not None]
    return sum(told, NOTHING) if told else None


def _saved(calls: list[Call]) -> Decimal | None:
    mean = ratio(cost(calls, "uncached_input"), count(calls, "uncached_input"))
    if mean is None or not any(each.cached_input_tokens or each.cache_write_tokens for each in calls):
        return None
    saved = sum((each.cached_input_tokens * mean - each.cost("cache_read") for each in calls), NOTHING)
    return saved - sum((each.cost("cache_write") - each.cache_write_tokens * mean for each in calls), NOTHING)


@asked(f"metered {NINE}")
def reasoning_ratio(raw: Raw) -> Decimal | None:
    thought = sum(each.reasoning_tokens for each in raw.calls)
    return ratio(100 * thought, sum(each.output_tokens for each in raw.calls)) if thought else None


@asked(f"metered {NINE}")
def cost_per_request(raw: Raw) -> Decimal | None:
    return ratio(cost(raw.calls), len({each.request_id for each in raw.calls}))


@asked(f"metered {NINE}")
def error_cost_share(raw: Raw) -> Decimal | None:
    if not any(each.status and each.priced for each in raw.calls):
        return None
    return ratio(100 * cost(each for each in raw.calls if each.status == "failure"), cost(raw.calls))


@asked(f"metered {NINE}")
def cost_per_driver(raw: Raw) -> Decimal | None:
    return ratio(cost(raw.calls), sum(each.count for each in raw.drivers))


@asked(f"metered {NINE}")
def tokens_per_driver(raw: Raw) -> Decimal | None:
    used = sum(each.input_tokens + each.output_tokens for each in raw.calls)
    return ratio(used, sum(each.count for each in raw.drivers))


@asked(f"metered {NINE}")
def allocation_coverage(raw: Raw) -> Decimal | None:
    return ratio(100 * cost(each for each in raw.calls if each.team), cost(raw.calls))


@asked(NINE)
def self_hosted_cost_per_million_tokens(raw: Raw) -> Decimal | None:
    ours = [each for each in priced(raw) if each.provider == "Data center"]
    return ratio(cost(ours) * MILLION, count(ours))


@asked(f"billed {NINE}")
def gpu_utilisation(raw: Raw) -> Decimal | None:
    hours = sum((each.hours for each in raw.gpus), NOTHING)
    return ratio(100 * sum((each.hours for each in raw.gpus if each.service == "GPU"), NOTHING), hours)


@asked(f"billed {NINE}")
def idle_cost(raw: Raw) -> Decimal | None:
    """All that GPUs cost, less what those at work do."""
    whole = sum((each.cost for each in raw.gpus), NOTHING)
    return whole - sum((each.cost for each in raw.gpus if each.service == "GPU"), NOTHING) if raw.gpus else None


@asked(f"billed {NINE}")
def commitment_utilisation(raw: Raw) -> Decimal | None:
    used, unused = (sum((each.cost for each in raw.capacity if each.status == said), NOTHING)
                    for said in ("Used", "Unused"))  # fmt: skip
    return ratio(100 * used, used + unused)


@asked(NINE)
def provisioned_token_price(raw: Raw) -> Decimal | None:
    """Over the days that the bill tells and the gateway, too."""
    told = {each.day for each in COMPANY.capacity if "Provisioned" in each.meter}
    days = range(max(min(told), 1), min(max(told), LAST) + 1)
    spent = [each.cost for each in raw.capacity
             if "Provisioned" in each.meter and each.category == "Usage" and each.day in days]  # fmt: skip
    calls = [each for each in raw.calls if each.service_tier and int(each.ts_start[8:10]) in days]
    return ratio(sum(spent, NOTHING) * MILLION, count(calls)) if spent else None


@asked(f"billed {NINE}")
def provisioned_utilisation(raw: Raw) -> Decimal | None:
    there, used = (sum(each.count for each in raw.hours if each.driver == name)
                   for name in ("provisioned_hours", "used_provisioned_hours"))  # fmt: skip
    return ratio(100 * used, there)


@asked(f"billed {NINE}")
def seat_utilisation(raw: Raw) -> Decimal | None:
    with_seats = [each for each in raw.licences if each.seats]
    given, used = (sum(int(getattr(each, name)) * each.within(LAST) for each in with_seats)
                   for name in ("seats", "seats_used"))  # fmt: skip
    return ratio(100 * used, given)


@asked(f"billed {NINE}")
def cost_per_active_seat(raw: Raw) -> Decimal | None:
    spent = sum((each.price * each.within(LAST) / each.days for each in raw.licences), NOTHING)
    daily = [sum(int(each.seats_used) for each in raw.licences if each.seats and day > LAST - each.within(LAST))
             for day in range(1, LAST + 1)]  # fmt: skip
    telling = [many for many in daily if many]
    return ratio(spent * len(telling), sum(telling))


@asked(f"billed {NINE}")
def credit_burn(raw: Raw) -> Decimal | None:
    bought, used = (sum((Decimal(getattr(each, name) or 0) for each in raw.licences), NOTHING)
                    for name in ("credits", "credits_used"))  # fmt: skip
    return ratio(100 * used, bought)


def of_budgets(raw: Raw, days: int) -> Decimal | None:
    """What was spent of *days* of November's budgets."""
    spent = cost(each for each in raw.calls if each.team in raw.budgets)
    return ratio(spent, sum(raw.budgets.values(), NOTHING) * days / 30)


@asked("metered 2026-11")
def budget_adherence(raw: Raw) -> Decimal | None:
    share = of_budgets(raw, 30)
    return None if share is None else 100 * share


@asked("metered 2026-11")
def budget_burn(raw: Raw) -> Decimal | None:
    return of_budgets(raw, LAST)


@asked(f"metered {NINE}")
def anomaly_cost_share(raw: Raw) -> Decimal | None:
    return ratio(100 * sum((each.excess for each in raw.troubles), NOTHING), cost(raw.calls))


def mean(hours: Iterable[int | None]) -> Decimal | None:
    known = [each for each in hours if each is not None]
    return ratio(sum(known), len(known))


@asked(NINE)
def time_to_detect(raw: Raw) -> Decimal | None:
    return mean(each.opened for each in raw.troubles)


@asked(NINE)
def time_to_acknowledge(raw: Raw) -> Decimal | None:
    return mean(each.taken - each.opened for each in raw.troubles if each.taken)


@asked(NINE)
def time_to_resolve(raw: Raw) -> Decimal | None:
    return mean(each.over for each in raw.troubles)


@asked(NINE)
def alert_precision(raw: Raw) -> Decimal | None:
    pressed = [each for each in raw.troubles if each.taken or each.planned]
    return ratio(100 * sum(1 for each in pressed if each.taken), len(pressed))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The company's rows as files, taken in; its budgets and incidents."""
    folder = tmp_path_factory.mktemp("second")
    budgets = {team: BudgetSettings(monthly=amount) for team, amount in COMPANY.budgets.items()}
    made = built(Settings(home=folder / "home", prices=PRICES, budgets=budgets), lambda: NOW)
    for batch in (
        Requests().batch((written(COMPANY.calls, folder / "calls.csv"),)),
        Drivers().batch((written((*COMPANY.drivers, *COMPANY.hours), folder / "drivers.csv"),)),
        Focus().batch((charges(COMPANY.gpus, folder / "gpus.csv"),)),
        Focus().batch((bill(COMPANY.capacity, folder / "capacity.csv"),)),
        *Seats().batches((written(COMPANY.licences, folder / "licences.csv"),)),
    ):
        assert made.facts.publish(batch, NOW).quarantined == 0
    for each in COMPANY.troubles:
        keep(made, each)
    made.states.look(Period(date(2026, 11, 1), date(2026, 11, LAST + 1)))
    yield made
    made.engine.dispose()


def keep(house: House, told: Trouble) -> None:
    """Open the incident, and let people press what they pressed."""
    day = date(2026, 11, told.day)
    began = datetime(day.year, day.month, day.day, tzinfo=UTC)
    name = f"i-{told.team}-{told.day}"
    found = replace(incident(told.team), id=name, day=day, last_day=day, opened_at=began + timedelta(hours=told.opened),
                    excess=Money(told.excess, "USD"))  # fmt: skip
    house.book.keep(opened(found, found.opened_at))
    for hours, stage in ((told.taken, Stage.ACKNOWLEDGED), (told.planned, Stage.EXPECTED)):
        held = house.desk().incidents.incident(name)
        if hours:
            house.book.keep(settled(held, held.version, stage, RAJ, began + timedelta(hours=hours)))
    if told.over:
        held = house.desk().incidents.incident(name)
        house.book.keep(resolved(held, day, Money(told.excess, "USD"), began + timedelta(hours=told.over)))


def figures(house: House, words: str) -> tuple[dict[str, Decimal], Decimal | None]:
    """What the product says by team, and of all."""
    said = house.asking().typed(f"kpi {words}", ERIK, FINANCE).figures
    assert said is not None
    return {row["team"]: value for row, value in said.rows if value is not None}, said.total


ELSEWHERE = {"forecast_bias", "forecast_error", "tool_cost_share"}
"""Counted a second way where forecasts of months that are over are at hand, tests/commands/test_forecast_kpis.py, and
where sources charge, tests/bot/test_tool_cost.py."""


@pytest.mark.parametrize("name", sorted(set(KPIS) - ELSEWHERE))
def test_a_kpi_is_what_plain_loops_over_the_raw_rows_make_of_it(house: House, name: str) -> None:
    assert name in WAYS, f"count {name} a second way here, from the raw rows of tests/finops/kpis/raw.py"
    words, way = WAYS[name]
    by_team, whole = figures(house, f"{name} by team {words}")
    apart = {team: way(COMPANY.of(team)) for team in COMPANY.teams}
    assert by_team == pytest.approx(
        {team: value for team, value in apart.items() if value is not None}, rel=Decimal("1e-12")
    )
    assert whole == pytest.approx(way(COMPANY), rel=Decimal("1e-12"))


def test_no_second_way_is_of_a_kpi_that_is_gone() -> None:
    assert set(WAYS) | ELSEWHERE == set(KPIS)

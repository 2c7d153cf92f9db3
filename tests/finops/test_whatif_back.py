"""Back-tests: on histories where the change really happened, the what-if said before what came after."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from finops.charge import TokenClass
from finops.period import Period
from finops.stamp import LedgerName
from finops.whatif.capacity import Bought, Capacity
from finops.whatif.composed import Plan, composed
from finops.whatif.levers import Batch, Cache, Cap, Lever, Trim
from finops.whatif.listed import Listed
from finops.whatif.mix import MONTH, measured
from finops.whatif.routing import Route
from tests.finops.fakes_ledger import TODAY, RowLedger
from tests.finops.whatif_company import FRESH, OUT, READ, WRITE, MadeUpPrices, calls, rate

LISTED = Listed(MadeUpPrices(), TODAY)
BEFORE = Period(TODAY - timedelta(days=28), TODAY)
SHARE, HIT = Decimal("0.6"), Decimal("0.8")
GPU = Bought(1, "GPU", Decimal(1), Decimal(2_000_000) / 86_400, Decimal(1))
Tokens = dict[TokenClass, int]
Bill = Callable[[Tokens], Decimal]


def at(model: str, tokens: Tokens) -> Decimal:
    return sum((rate(model, kind) * count for kind, count in tokens.items()), Decimal(0))


def swapped(used: Tokens) -> Decimal:
    return at("small", used)


def longer(used: Tokens) -> Decimal:
    return at("small", used | {OUT: used[OUT] * 13 // 10})


def routed(used: Tokens) -> Decimal:
    """Half goes to the small model, and a tenth of that to the big one once more."""
    return at("small", used) / 2 + at("big", used) * Decimal("0.55")


def hosted(used: Tokens) -> Decimal:
    """A GPU at a dollar an hour takes seven tenths, 2 million tokens a day at most; what is more goes to the API."""
    moved = min(Decimal("0.7"), Decimal(2_000_000) / sum(used.values()))
    return 24 + at("big", used) * (1 - moved)


def trimmed(used: Tokens) -> Decimal:
    return at("big", used | {FRESH: used[FRESH] * 7 // 10})


def cached(used: Tokens) -> Decimal:
    prefix = int(used[FRESH] * SHARE)
    read = int(prefix * HIT)
    return at("big", {FRESH: used[FRESH] - prefix, READ: read, WRITE: prefix - read, OUT: used[OUT]})


def batched(used: Tokens) -> Decimal:
    return at("big", used) * Decimal("0.6") + at("big", used) * Decimal("0.4") / 2


def everything(used: Tokens) -> Decimal:
    """Trimmed by 30 %, cached, swapped, and 40 % in batch (what the cache gives has no batch price)."""
    less = used[FRESH] * 7 // 10
    prefix = int(less * SHARE)
    read = int(prefix * HIT)
    halved = at("small", {FRESH: less - prefix, OUT: used[OUT]}) * Decimal("0.8")
    return halved + at("small", {READ: read, WRITE: prefix - read})


def capped(used: Tokens) -> Decimal:
    """Swapped for one that writes 1.3 times as much, and no answer above 150 tokens: fewer than on any day."""
    return at("small", used | {OUT: 150 * 100})


def roomy(used: Tokens) -> Decimal:
    """Swapped for one that writes half as much, which no cap of 50,000 tokens cuts off."""
    return at("small", used | {OUT: used[OUT] // 2})


LEVERS: dict[str, tuple[tuple[Lever, ...], Bill]] = {
    "swap": ((Route((), "big", "small"),), swapped),
    "longer": ((Route((), "big", "small", output=Decimal("1.3")),), longer),
    "capped": ((Route((), "big", "small", output=Decimal("1.3")), Cap((), 150)), capped),
    "roomy": ((Route((), "big", "small", output=Decimal("0.5")), Cap((), 50_000)), roomy),
    "self-host": ((Capacity((), "big", Decimal("0.7"), GPU),), hosted),
    "route": ((Route((), "big", "small", Decimal("0.5"), Decimal("0.1")),), routed),
    "trim": ((Trim((), Decimal("0.3")),), trimmed),
    "cache": ((Cache((), SHARE, HIT),), cached),
    "batch": ((Batch((), Decimal("0.4")),), batched),
    "all": ((Batch((), Decimal("0.4")), Trim((), Decimal("0.3")), Route((), "big", "small"), Cache((), SHARE, HIT)),
            everything),
}  # fmt: skip


def history(seed: int, noise: float) -> list[Tokens]:
    """Eight weeks of use, quiet at weekends; days vary by *noise*, weeks by a third of it."""
    draws = np.random.default_rng(seed)
    weeks = np.repeat(draws.lognormal(0, noise / 3, 8), 7)
    size = draws.lognormal(0, noise, 56) * weeks * np.tile([1, 1, 1, 1, 1, 0.4, 0.3], 8)
    return [{FRESH: int(2_000_000 * day), OUT: int(150_000 * day)} for day in size]


def said(levers: tuple[Lever, ...], used: list[Tokens]) -> Plan:
    facts = [each for day, tokens in zip(BEFORE, used, strict=True) for each in calls(day, "big", tokens)]
    return composed(measured(RowLedger(facts), BEFORE, LedgerName.METERED, (), ()), levers, LISTED)


def month(days: list[Tokens], bill: Bill) -> Decimal:
    return sum((bill(day) for day in days), Decimal(0)) * MONTH / len(days)


@pytest.mark.parametrize("name", LEVERS)
def test_the_same_use_after_the_change_costs_within_two_per_cent_of_what_was_said(name: str) -> None:
    levers, bill = LEVERS[name]
    for seed in range(5):
        used = history(seed, 0.3)[:28]
        actual = month(used, bill)
        assert abs(said(levers, used).then - actual) <= actual * Decimal("0.02")
        assert actual != month(used, lambda day: at("big", day))


def test_a_cap_never_promises_more_than_came_though_only_the_mean_call_is_known() -> None:
    most = 700  # of 1,500 on a usual day; on quiet days nothing is cut off
    for seed in range(5):
        used = history(seed, 0.3)[:28]
        actual = month(used, lambda day: at("big", day | {OUT: min(day[OUT], most * 100)}))
        told = said((Cap((), most),), used)
        assert actual < told.then < told.now


def test_a_cap_bounds_what_the_new_model_writes_and_still_promises_no_more_than_came() -> None:
    """1,500 tokens on a usual day, twice that after the swap, 1,600 at most: on quiet days nothing is cut off."""
    most, longer = 1600, Route((), "big", "small", output=Decimal(2))
    for seed in range(5):
        used = history(seed, 0.3)[:28]
        actual = month(used, lambda day: at("small", day | {OUT: min(day[OUT] * 2, most * 100)}))
        told = said((longer, Cap((), most)), used)
        assert actual < told.then < said((longer,), used).then
        written = sum(day[OUT] for day in used) / (28 * 100)
        output = (told.then - month(used, lambda day: at("small", {FRESH: day[FRESH]}))) / rate("small", OUT)
        assert round(output / MONTH / 100, 3) == round(min(Decimal(most), Decimal(2 * written)), 3)


@pytest.mark.parametrize("noise", [0.1, 0.3])
@pytest.mark.parametrize("name", ["swap", "self-host", "all"])
def test_the_band_covers_the_month_that_really_followed_nine_times_in_ten(name: str, noise: float) -> None:
    levers, bill = LEVERS[name]
    covered = wide = 0
    for seed in range(100):
        used = history(1000 + seed, noise)
        plan, actual = said(levers, used[:28]), month(used[28:], bill)
        covered += plan.band[0] <= actual <= plan.band[1]
        wide += plan.band[1] - plan.band[0] > 2 * plan.then
    assert covered >= 90
    assert wide == 0

"""Laws that every what-if keeps: no lever and no order of levers makes a cost or a use fall below nothing."""

from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from finops.period import last_days
from finops.question import Dimension
from finops.stamp import Finality, LedgerName, Stamp
from finops.whatif.capacity import Bought, Capacity
from finops.whatif.composed import composed
from finops.whatif.levers import Batch, Cache, Cap, Lever, Trim
from finops.whatif.listed import Listed
from finops.whatif.mix import Mix, Pool, Used
from finops.whatif.routing import Route
from tests.finops.fakes_ledger import NOW, TODAY
from tests.finops.whatif_company import FRESH, OUT, READ, WRITE, MadeUpPrices, rate

LISTED = Listed(MadeUpPrices(), TODAY)
Row = tuple[str, str, int, int, int, int]
shares = st.decimals("0.01", 1, places=2)
perhaps = st.just(Decimal(0)) | shares
names = st.sampled_from(["big", "small"])
counts = st.integers(0, 10**9)
levers = st.one_of(
    shares.map(lambda share: Trim((), share)),
    st.integers(1, 10**5).map(lambda most: Cap((), most)),
    st.builds(lambda share, hit: Cache((), share, hit), shares, perhaps),
    st.builds(lambda old, new, share, again: Route((), old, new, share, again), names, names, shares, perhaps),
    st.builds(
        lambda model, share, cost: Capacity((), model, share, Bought(1, "GPU", cost, Decimal(7))),
        names, shares, st.decimals(0, 100, places=2),
    ),
    shares.map(lambda share: Batch((), share)),
)  # fmt: skip
used = st.tuples(names, st.sampled_from(["search", "evals"]), counts, counts, counts, counts)


def mix(rows: list[Row]) -> Mix:
    """What is used in a week, at list prices; and a call of a token that is always there."""
    pools = [_pool(n, *row) for n, row in enumerate([("big", "search", 1, 0, 0, 0), *rows])]
    stamp = Stamp(NOW, Finality.FINAL, LedgerName.METERED, "USD")
    return Mix(tuple(pools), last_days(7, TODAY), stamp, 7)


def _pool(number: int, model: str, team: str, *counted: int) -> Pool:
    classes = {kind: Used(Decimal(count), rate(model, kind) * count)
               for kind, count in zip((FRESH, READ, WRITE, OUT), counted, strict=True)}  # fmt: skip
    labels = {Dimension.PROVIDER: "acme", Dimension.MODEL: model, Dimension.TEAM: team, Dimension.APP: f"app-{number}"}
    cost = sum((each.cost for each in classes.values()), Decimal(0))
    daily = (cost / 2, Decimal(0), cost / 4, cost / 8, Decimal(0), Decimal(0), cost / 8)
    return Pool("acme", model, labels, classes, requests=Decimal(100), daily=daily)


@settings(max_examples=60, deadline=None)
@given(st.lists(used, max_size=4), st.lists(levers, max_size=6))
def test_nothing_falls_below_nothing_and_the_steps_lead_from_now_to_then(rows: list[Row], chosen: list[Lever]) -> None:
    plan = composed(mix(rows), chosen, LISTED)
    assert len(plan.steps) == len(chosen)
    assert min(plan.then, plan.now, *plan.band, *(step.after for step in plan.steps), Decimal(0)) == 0
    assert plan.band[0] <= plan.band[1]
    assert 0 <= plan.moved <= 1
    ends = [plan.now, *(step.after for step in plan.steps)]
    assert [step.before for step in plan.steps] == ends[:-1]
    assert plan.then == ends[-1]
    assert all(min(step.touched, step.stuck) >= 0 for step in plan.steps)


@settings(max_examples=30, deadline=None)
@given(st.lists(used, max_size=4), st.lists(levers, max_size=5), st.randoms())
def test_the_order_in_which_levers_of_other_kinds_are_named_means_nothing(
    rows: list[Row], chosen: list[Lever], chance: Random
) -> None:
    kinds = {lever.rank: lever for lever in chosen}
    named = list(kinds.values())
    shuffled = chance.sample(named, len(named))
    assert composed(mix(rows), named, LISTED) == composed(mix(rows), shuffled, LISTED)

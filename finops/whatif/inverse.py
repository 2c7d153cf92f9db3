"""The inverse: how much of the measured use fits in an amount, or which single lever would make all of it fit; and what
a new use would cost that is like one that was measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from finops.budgets.amount import amount_of
from finops.errors import Unclear
from finops.money import Money, abbreviated
from finops.report import Facts, Note, Report, Table, Text, say
from finops.whatif.composed import Plan, composed
from finops.whatif.levers import Batch, Cache, Lever, Trim, percent
from finops.whatif.listed import Listed
from finops.whatif.mix import MONTH, Mix
from finops.whatif.report import CAVEAT
from finops.whatif.routing import Route

FITS, NEW = "whatif fits 4k team:search", "whatif new 20k requests/day like app:ticket-triage"
_VOLUME = re.compile(r"(?P<count>\S+) (?:requests|calls) ?(?:/|per|a) ?(?P<each>day|month)(?: like)?", re.IGNORECASE)
_ONE, _STEP = Decimal(1), Decimal("0.001")


def amount(text: str, currency: str) -> Decimal:
    """The amount a month that *text* says, in *currency*."""
    try:
        said = amount_of(text)
    except ValueError as error:
        raise Unclear(str(error), example=FITS) from None
    if not said.fits(currency):
        raise Unclear(f"Costs are in {currency} here, and “{text.strip()[:30]}” is not converted; name it in "
                      f"{currency}.", example=FITS)  # fmt: skip
    return said.number


def volume(text: str) -> Decimal:
    """How many requests a month *text* says."""
    match = _VOLUME.fullmatch(text.strip())
    if not match:
        raise Unclear(f"I don't understand “{text[:60]}”.", example=NEW)
    try:
        count = amount_of(match["count"]).number
    except ValueError:
        raise Unclear(f"“{match['count'][:30]}” is no number of requests.", example=NEW) from None
    return count * MONTH if match["each"].lower() == "day" else count


def fits(mix: Mix, most: Decimal, listed: Listed) -> Report:
    """How much fits in *most* a month, and which lever alone would suffice."""
    whole = composed(mix, (), listed)
    limit, now = Money(most, mix.currency), Money(whole.now, mix.currency)
    if whole.now <= most:
        verdict = say(f"It fits: {now.short} a month, of {limit.short}.")
    else:
        part = percent(_tenths(most / whole.now, ROUND_FLOOR))
        verdict = say(f"{part} of it fits in {limit.short} a month; all of it is {now.short}.")
    each = whole.now / (mix.requests * mix.monthly)
    room = f"{abbreviated(most / each)} requests a month, at {Money(each, mix.currency).short} each" if each else "any"
    facts = Facts((("A month now", say(now)), ("Fits", say(room)), ("Measured", say(str(mix.period)))))
    return Report("What fits", verdict, (facts, *_enough(mix, whole, most, listed), Note(say(CAVEAT))), stamp=mix.stamp)


def _enough(mix: Mix, whole: Plan, most: Decimal, listed: Listed) -> Iterator[Table | Note]:
    if whole.now <= most:
        return
    found = sufficing(mix, whole, most, listed)
    rows = [(say(lever.name), say(Money(then, mix.currency).cents)) for lever, then in found]
    yield (
        Table(("One lever that suffices", "A month then"), tuple(rows))
        if rows
        else Note(
            say("No single lever suffices: neither trim, cache or batch, nor a swap of one model for another in use.")
        )
    )


def sufficing(mix: Mix, whole: Plan, most: Decimal, listed: Listed) -> Iterator[tuple[Lever, Decimal]]:
    """Each lever that makes all fit, to the tenth of a per cent with the smallest share that does (they save in
    proportion to their share), and a month then."""
    for kind in (Trim, Cache, Batch):
        saved = whole.now - composed(mix, (kind((), _ONE),), listed).then
        share = _tenths((whole.now - most) / saved, ROUND_CEILING) if saved > 0 else Decimal(2)
        for enough in (share, share + _STEP):  # what is rounded to the nano may need one step more
            lever: Lever = kind((), enough)
            if enough <= _ONE and (then := composed(mix, (lever,), listed).then) <= most:
                yield lever, then
                break
    models = list(dict.fromkeys(pool.model for pool in mix.pools if pool.model))[:10]
    for old, new in ((old, new) for old in models[:3] for new in models if new != old):
        lever = Route((), old, new)
        if (then := composed(mix, (lever,), listed).then) <= most:
            yield lever, then


def _tenths(share: Decimal, way: str) -> Decimal:
    """*share* in tenths of a per cent: never more than fits, never less than suffices."""
    return share.quantize(_STEP, way)


def new(mix: Mix, requests: Decimal, listed: Listed, like: str) -> Report:
    """What so many *requests* a month would cost, if each were as those of *mix*."""
    whole = composed(mix, (), listed)
    times = requests / (mix.requests * mix.monthly)
    cost, low, high = (Money(each * times, mix.currency) for each in (whole.now, *whole.band))
    if not whole.now:
        return Report("What if", say("Nothing was spent there, so nothing can be said of more of it."), stamp=mix.stamp)
    verdict: Text = say(cost, f" a month for {abbreviated(requests)} requests {like}.")
    facts = Facts((("A month", say(cost, " (95 %: ", low, " to ", high, ")")),
                   ("A request", say(Money(whole.now / (mix.requests * mix.monthly), mix.currency))),
                   ("Measured", say(f"{mix.period}, {abbreviated(mix.requests)} requests"))))  # fmt: skip
    note = Note(say("MEASURED: what a request costs. CONFIGURED: how many. HEURISTIC: that new ones are like these."))
    return Report("What if", verdict, (facts, note), stamp=mix.stamp)

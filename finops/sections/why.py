"""Finance: why the cost of the week moved, and which teams moved it."""

from collections.abc import Sequence
from decimal import Decimal

from finops.digests.section import Briefing, section
from finops.digests.weekly import money, week
from finops.moving.price_mix_volume import parts
from finops.people import Audience
from finops.question import Dimension, Measure
from finops.report import Note, Part, Share, Strong, Text, say

_MOST = 3
_SHOWN = Decimal("0.005")


@section(15, Audience.FINANCE)
def why(briefing: Briefing) -> Sequence[Part]:
    """Price, mix and volume of the tokens, and what has no tokens, as shares of last week's cost; the teams that moved
    most, and the rest as *other (n)*. The parts add up to the difference."""
    return tuple(Note(text) for text in (_factors(briefing), _moves(briefing)) if text)


def _factors(briefing: Briefing) -> Text:
    by = (Dimension.MODEL, Dimension.TOKEN_CLASS)
    answer = week(briefing, Measure.COST, Measure.TOKENS, Measure.TOKEN_COST, by=by)
    found, before = parts(answer.rows), answer.previous[Measure.COST] if answer.previous else None
    if not found or not before:
        return ()
    other = answer.total[Measure.COST] - before - found.total
    named = {"volume": found.volume, "mix of models": found.mix, "price": found.price, "seats and fees": other}
    shares = {name: amount / before for name, amount in named.items() if abs(amount / before) >= _SHOWN}
    if not shares:
        return say(Strong("Why"), "  nothing moved by as much as ", Share(_SHOWN), ".")
    ordered = sorted(shares.items(), key=lambda each: -abs(each[1]))
    said = [piece for name, share in ordered for piece in (" · ", f"{name} ", Share(share, signed=True))]
    return (Strong("Why"), "  ", *said[1:])


def _moves(briefing: Briefing) -> Text:
    rows = week(briefing, Measure.COST, by=(Dimension.TEAM,)).rows
    moved = {row.name: row.values[Measure.COST] - (row.previous or {}).get(Measure.COST, Decimal(0)) for row in rows}
    ordered = sorted((each for each in moved.items() if each[1]), key=lambda each: -abs(each[1]))
    shown, rest = ordered[:_MOST], ordered[_MOST:]
    if rest:
        shown.append((f"other ({len(rest)})", sum((amount for _, amount in rest), Decimal(0))))
    said = [piece for name, amount in shown
            for piece in (" · ", f"{name} {'+' if amount > 0 else ''}", money(briefing, amount))]  # fmt: skip
    return (Strong("Moves"), "  ", *said[1:]) if said else ()

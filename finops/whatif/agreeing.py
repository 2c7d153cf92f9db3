"""Levers that contradict each other: what two of them say of the same use cannot both be meant."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from finops.errors import Unclear
from finops.whatif.capacity import Capacity
from finops.whatif.levers import ONE, Lever
from finops.whatif.routing import Route


def agreeing(levers: Sequence[Lever], example: str) -> None:
    """Nothing, where *levers* can all be meant; Unclear names the first two that cannot."""
    for one, other in combinations(levers, 2):
        if why := _against(one, other):
            raise Unclear(f"“{one.name[:60]}” and “{other.name[:60]}” contradict each other: {why}.", example=example)


def _against(one: Lever, other: Lever) -> str:
    """Why not both; empty if they go together."""
    if isinstance(one, Route) and isinstance(other, Route) and _turns_back(one, other):
        return "one takes back what the other moves"
    if one.where != other.where:
        return ""
    if isinstance(one, Route | Capacity) and isinstance(other, Route | Capacity):
        too_much = one.old.lower() == other.old.lower() and one.share + other.share > ONE
        return f"together they move more than all of {one.old}" if too_much else ""
    return "both are about the same use, name one" if type(one) is type(other) else ""


def _turns_back(one: Route, other: Route) -> bool:
    ends = (other.new.lower(), other.old.lower())
    return (one.old.lower(), one.new.lower()) == ends

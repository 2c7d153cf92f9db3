"""Understanding: what words mean by the names of late, else by all that were ever told; and who is not known at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from finops.asked import Asked
from finops.errors import Unclear
from finops.naming import UnknownName, quoted
from finops.question import Dimension, Known, Ledger

T = TypeVar("T")
_SPENDERS = (Dimension.TEAM, Dimension.APP, Dimension.KEY, Dimension.ENV, Dimension.ACCOUNT)


def understood(ledger: Ledger, read: Callable[[Known], T]) -> T:
    """What *read* makes of the names of late; of all names that were ever told, where those do not do."""
    late = ledger.known()
    try:
        return read(late)
    except Unclear:
        ever = ledger.known(ever=True)
        if ever == late:
            raise
        return read(ever)


def asked(ledger: Ledger, words: str, read: Callable[[Known, str], Asked]) -> Asked:
    """What *words* ask; Unclear that says of an unknown name that there is nothing of it, and which one is near."""
    try:
        return understood(ledger, lambda known: read(known, words))
    except UnknownName as unknown:
        known = ledger.known(ever=True)
        there = {**known.values, unknown.cut: (*known.values.get(unknown.cut, ()), unknown.value)}
        try:
            meant = read(replace(known, values=there), words)
        except Unclear:
            raise unknown from None
        raise _nothing(unknown, meant, words) from None


def _nothing(unknown: UnknownName, meant: Asked, words: str) -> Unclear:
    """That there is nothing of the name in the time that is *meant*; *words* with the near name as an example."""
    hint = f"Did you mean {unknown.near}?" if unknown.near else "Nothing is known of that name."
    text = f"{_none(unknown, meant)} {meant.question.period.within}. {hint}"
    said = words.replace(unknown.value, quoted(unknown.near)) if unknown.near else ""
    return Unclear(text, example=f"{_command(meant.name)} {said}" if said != words and said else unknown.example)


def _none(unknown: UnknownName, meant: Asked) -> str:
    name = f"{unknown.cut}:{quoted(unknown.value)}"
    if meant.name not in ("cost", "billed_cost", "list_cost"):
        return f"No {meant.name.replace('_', ' ')} of {name}"
    return f"Nothing was spent {'by' if unknown.cut in _SPENDERS else 'on'} {name}"


def _command(name: str) -> str:
    return name if name in ("cost", "tokens") else f"ask {name}"

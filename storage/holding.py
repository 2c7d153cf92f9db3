"""Holding: what each list said of a model when it was last used, and the jumps that wait for a yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlmodel import Session, select

from finops.audit import Entry
from finops.jumping import Jump, Used, counting, held, list_of, remembered
from finops.prices import CONTRACT, Offer, Prices
from storage.chain import append
from storage.database import reading
from storage.tables import StateRow
from storage.writing import put

_KIND = "price"
_USED = TypeAdapter(Used)
Key = tuple[str, str, str]


@dataclass(frozen=True)
class HeldPrices:
    """*prices*, but where a new version of a list jumps away from what was used, the old stays. What is asked is noted,
    to be remembered with what is published."""

    engine: Engine
    prices: Prices
    noted: dict[Key, Used] = field(default_factory=dict)

    @property
    def lists(self) -> Sequence[str]:
        """The lists, in their order."""
        return self.prices.lists

    @cached_property
    def known(self) -> Mapping[Key, Used]:
        """What was used, as it is remembered."""
        with Session(reading(self.engine)) as session:
            rows = session.exec(select(StateRow.body).where(StateRow.kind == _KIND)).all()
        return {used.key: used for used in map(_USED.validate_json, rows)}

    def offers(self, provider: str, models: Sequence[str], day: date) -> tuple[Offer, ...]:
        """What counts of each list; where something was agreed, that and what the lists say beside it now."""
        now = self.prices.offers(provider, models, day)
        if any(list_of(offer) == CONTRACT for offer in now):
            return now
        said = {list_of(offer): offer for offer in now}
        offers = [self._counting(name, provider, models, day, said.get(name, ())) for name in self.lists]
        return tuple(offer for offer in offers if offer)

    def _counting(self, name: str, provider: str, models: Sequence[str], day: date, now: Offer) -> Offer:
        used = self.known.get((name, provider, models[0]))
        found = counting(used, self._said(used) if used else (), now, day)
        if found:
            new = Used(provider, tuple(models), day, found)
            if new.key not in self.noted or self.noted[new.key].day <= day:
                self.noted[new.key] = new
        return found

    def _said(self, used: Used, day: date | None = None) -> Offer:
        """What its list says now of what was *used*."""
        said = self.prices.offers(used.provider, used.models, day or used.day)
        return next((offer for offer in said if list_of(offer) == list_of(used.offer)), ())

    def remember(self, session: Session, now: datetime) -> None:
        """Write down what was used since."""
        for key, new in sorted(self.noted.items()):
            used = self.known.get(key)
            found = remembered(used, new, self._said(used) if used else ())
            if found:
                _put(session, found, now)

    def waiting(self, today: date) -> tuple[Jump, ...]:
        """The jumps that are held."""
        found = (held(used, self._said(used), self._said(used, max(today, used.day)), max(today, used.day))
                 for _, used in sorted(self.known.items()))  # fmt: skip
        return tuple(jump for jump in found if jump)

    def accept(self, model: str, key: bytes, now: datetime) -> tuple[Jump, ...]:
        """Let the new prices of *model* count, for what is read from now on: the jumps that no longer wait."""
        taken = tuple(jump for jump in self.waiting(now.date()) if model in jump.used.models)
        with Session(self.engine) as session, session.begin():
            for jump in taken:
                used = replace(jump.used, day=max(now.date(), jump.used.day), offer=jump.new)
                _put(session, used, now)
                append(session, key, Entry(now, "operator", "accept price", _subject(used), {"said": str(jump)}))
        return taken


def _subject(used: Used) -> str:
    return "/".join(("price", *used.key))


def _put(session: Session, used: Used, now: datetime) -> None:
    put(session, StateRow, ("subject",), subject=_subject(used), kind=_KIND, version=1,
        body=_USED.dump_json(used).decode(), at=now)  # fmt: skip

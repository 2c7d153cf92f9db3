"""Cursor: what a team's use of models is charged, by day and model, its tokens, and how many seats are in use."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, Field

from finops.batch import Batch, Dataset, Format
from finops.period import Period, midnight
from sources._base import ApiSource, alike, written
from sources._fields import Count, Id, Moment, Money, Text
from sources._row_check import RowCheck
from sources._seats import LATELY, Seat, counted, seats_file
from web.access import Address
from web.client import Web
from web.pages import by_asking, page_of, rows

APP = "cursor"
_MOST_DAYS, _A_PAGE = timedelta(days=30), 1000
_NEEDED = ("day_start", "billed_cost", "effective_cost", "model")
_KNOWN = ("list_cost", "token_cost", "sku", "description", "token_type", "tokens", "tags")
_COLUMNS = alike(_NEEDED, _KNOWN)
_EXACT = Context(prec=80)
_CONSTANTS = {"provider": "Cursor", "service": "Cursor", "category": "AI and Machine Learning",
              "charge_category": "Usage", "currency": "USD", "scope": "saas"}  # fmt: skip


class Cursor(ApiSource):
    """Cursor, for teams. Usage beyond what seats include is what Cursor charges for it; usage that they include costs
    nothing, and its list cost is what it would. The seats themselves are on no report of Cursor's: give their contract
    with `tuppence import seats`. Members who pay for a seat, and those who used it within 30 days, are counted as the
    drivers `seats` and `active_seats` of the app `cursor`. *key* is an admin's API key (cursor.com, Dashboard, API
    keys, Team API keys, New API key, read-only). *teams* names the team of an e-mail address; no address is kept.
    Limits: 20 questions a minute; data by the hour. Cursor keeps a rolling window only: collect daily."""

    name: ClassVar[str] = "Cursor"
    base_url: Address = "https://api.cursor.com"
    teams: dict[str, str] = Field(default_factory=dict)

    @property
    def headers(self) -> Mapping[str, str]:
        """The key, as a user without a password."""
        user = base64.b64encode(f"{self.key.get_secret_value()}:".encode()).decode()
        return {"Authorization": f"Basic {user}"}

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges since the first day of *period* that Cursor still knows, then the seats on its last day."""
        used: dict[_Place, _Use] = {}
        check = RowCheck(web, into / "cursor-usage.jsonl.gz")
        for event in _events(web, period, check):
            place = _Place(event.day, event.model, self._team(event.email), event.kind)
            used.setdefault(place, _Use()).add(event)
        if used or check.rejected:
            first = min(used).day if used else period.start
            file = written((row for place in sorted(used) for row in used[place].charges(place)), check.file)
            yield Batch("cursor", Dataset.CHARGES, Format.JSONL, (file,), _COLUMNS, constants=_CONSTANTS,
                        covers=Period(first, period.end), rejected=check.rejected)  # fmt: skip
        check = RowCheck(web, seats_file("cursor", into))
        yield counted("cursor", APP, period.last, self._seats(web, period, check), check)

    def _team(self, email: str) -> str:
        named = {address.lower(): team for address, team in self.teams.items()}
        return named.get(email.lower(), "")

    def _seats(self, web: Web, period: Period, check: RowCheck) -> Iterator[Seat]:
        lately = _millis(Period(period.end - LATELY, period.end))
        told = page_of(web, web.ask("teams/daily-usage-data", lately))
        days = check.fitting(_Active, rows(web, told, "data"), "usage")
        active = {day.email.lower() for day in days if day.active}
        members = rows(web, page_of(web, web.read("teams/members")), "teamMembers")
        for member in check.fitting(_Member, members, "members"):
            if member.pays:
                yield Seat(self._team(member.email), member.email.lower() in active)


class _Tokens(BaseModel):
    input: Count = Field(default=0, alias="inputTokens")
    output: Count = Field(default=0, alias="outputTokens")
    written: Count = Field(default=0, alias="cacheWriteTokens")
    cached: Count = Field(default=0, alias="cacheReadTokens")
    cents: Money | None = Field(default=None, alias="totalCents")


class _Event(BaseModel):
    """One use of a model; the address tells the team, and goes no further."""

    at: Moment = Field(alias="timestamp")
    model: Id
    cents: Money = Field(alias="chargedCents")
    email: Text = Field(default="", alias="userEmail")
    kind: Text = ""
    chargeable: bool | None = Field(default=None, alias="isChargeable")
    tokens: _Tokens | None = Field(default=None, alias="tokenUsage")
    fee: Money = Field(default=Decimal(0), alias="cursorTokenFee")

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def billed(self) -> Decimal:
        """The cents that are charged: none for what seats include, or for what failed."""
        told = self.kind.lower()
        charged = self.chargeable if self.chargeable is not None else not ("included" in told or "not charged" in told)
        return self.cents if charged else Decimal(0)

    @property
    def listed(self) -> Decimal:
        """The cents before discounts."""
        if not self.billed or self.tokens is None or self.tokens.cents is None:
            return self.cents
        return _EXACT.add(self.tokens.cents, self.fee)


class _Place(NamedTuple):
    """What uses are added up by."""

    day: date
    model: str
    team: str
    kind: str


@dataclass
class _Use:
    """What was used at one place: cents charged, cents before discounts, tokens by class."""

    billed: Decimal = Decimal(0)
    listed: Decimal = Decimal(0)
    tokens: Counter[str] = field(default_factory=Counter)

    def add(self, event: _Event) -> None:
        """Count *event* in."""
        self.billed, self.listed = _EXACT.add(self.billed, event.billed), _EXACT.add(self.listed, event.listed)
        told = event.tokens or _Tokens()
        self.tokens.update({"uncached input": told.input, "cache read": told.cached, "cache write": told.written,
                            "output": told.output})  # fmt: skip

    def charges(self, place: _Place) -> Iterator[dict[str, Any]]:
        """The money, and beside it the tokens of each class: Cursor does not say what either of them cost."""
        tags = json.dumps({"app": APP} | ({"team": place.team} if place.team else {}))
        whose = {"day_start": place.day.isoformat(), "model": place.model, "sku": place.kind,
                 "description": place.kind, "tags": tags}  # fmt: skip
        cost = _EXACT.scaleb(self.billed, -2)
        yield {**whose, "billed_cost": cost, "effective_cost": cost, "token_cost": cost,
               "list_cost": _EXACT.scaleb(self.listed, -2)}  # fmt: skip
        for kind, count in self.tokens.items():
            if count:
                yield {**whose, "billed_cost": 0, "effective_cost": 0, "token_cost": 0, "list_cost": 0,
                       "token_type": kind, "tokens": count}  # fmt: skip


class _Member(BaseModel):
    email: Id
    role: Text = ""
    removed: bool = Field(default=False, alias="isRemoved")

    @property
    def pays(self) -> bool:
        """Whether a seat is paid for: owners who only administer have none."""
        return not self.removed and self.role != "free-owner"


class _Active(BaseModel):
    email: Id
    active: bool = Field(default=True, alias="isActive")


def _events(web: Web, period: Period, check: RowCheck) -> Iterator[_Event]:
    """The events of *period*, asked for by at most thirty days at once."""
    start = period.start
    while start < period.end:
        part = Period(start, min(start + _MOST_DAYS, period.end))
        asked = {**_millis(part), "pageSize": _A_PAGE}
        events = by_asking(web, "teams/filtered-usage-events", asked, holds="usageEvents")
        for number, event in check.numbered(_Event, events):
            if check.asked(event.day, part, number, "timestamp"):
                yield event
        start = part.end


def _millis(period: Period) -> dict[str, int]:
    """The first and the last thousandth of a second of *period*."""
    first, end = (int(midnight(day).timestamp()) * 1000 for day in (period.start, period.end))
    return {"startDate": first, "endDate": end - 1}

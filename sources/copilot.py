"""GitHub Copilot: what GitHub bills a day for seats and, by model, for AI credits; and how many seats are in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, Field

from finops.batch import Batch, Dataset, Format
from finops.errors import SourceChanged
from finops.period import Period, month_of
from sources._base import ApiSource, alike, written
from sources._copilot import COLUMNS, REPORTS, Item, Line, charges, is_copilot
from sources._fields import Id, Moment
from sources._row_check import RowCheck, is_of
from sources._seats import LATELY, Seat, counted, seats_file
from web.access import Address
from web.client import NotThere, Web
from web.pages import MOST, Row, page_of, rows

APP = "copilot"
CONSTANTS = {"provider": "GitHub", "service": "GitHub Copilot", "category": "AI and Machine Learning",
             "charge_category": "Usage", "currency": "USD", "scope": "saas", "tags": f'{{"app": "{APP}"}}'}  # fmt: skip
_NEEDED = ("day_start", "sku", "billed_cost", "effective_cost")
_COLUMNS = alike(_NEEDED, COLUMNS)
_VERSION = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2026-03-10"}
_SEATS_A_PAGE = 100


class Copilot(ApiSource):
    """GitHub Copilot, from the billing usage report of an organization or enterprise, in dollars after discounts; the
    list cost is that before them. AI credits and premium requests are told by model as far as GitHub's reports on them
    go; what is left of the bill is a charge of its own, so that the sum is the bill. Seats, and those used within 30
    days, are counted by team as the drivers `seats` and `active_seats` of the app `copilot`, as they stand today;
    nobody is named. *account* is its name in github.com addresses, *kind* which of the two it is. *key* of an
    organization: a fine-grained token (Settings, Developer settings, Personal access tokens, Fine-grained tokens,
    Generate new token; resource owner: the organization; Organization permissions, Administration: read-only). An
    enterprise refuses fine-grained tokens: give a classic one of a billing manager or owner, with the scope
    manage_billing:copilot. Delay: usage is there within a day or so. Limits: 24 months back; one question a month, one
    or two a day and one for each hundred seats."""

    name: ClassVar[str] = "GitHub Copilot"
    base_url: Address = "https://api.github.com"
    kind: Literal["organization", "enterprise"] = "organization"
    account: str = Field(pattern=r"^[A-Za-z0-9_-]+$")

    @property
    def headers(self) -> Mapping[str, str]:
        """The key, and the version of its API that we know."""
        return {**super().headers, **_VERSION}

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges of *period*, then the seats as they stand on its last day, if they are told."""
        check = RowCheck(web, into / "copilot-usage.jsonl.gz")
        file = written(self._charges(web, period, check), check.file)
        yield Batch("copilot", Dataset.CHARGES, Format.JSONL, (file,), _COLUMNS, ("provider", "account"),
                    {**CONSTANTS, "account": self.account}, covers=period, rejected=check.rejected)  # fmt: skip
        check = RowCheck(web, seats_file("copilot", into))
        try:
            seats = list(self._seats(web, period.last, check))
        except NotThere:  # an organization whose enterprise buys the seats
            return
        yield counted("copilot", APP, period.last, seats, check)

    def _charges(self, web: Web, period: Period, check: RowCheck) -> Iterator[dict[str, Any]]:
        for month in sorted({month_of(day).start for day in period}):
            page = self._report(web, "usage", {"year": month.year, "month": month.month})
            found = (line for each, line in _of_copilot(Line, page, check, "usage")
                     if check.asked(line.day, month_of(month), each, "date", "usage"))  # fmt: skip
            lines = sorted((line for line in found if line.day in period), key=self._whose)
            for whose, bill in groupby(lines, self._whose):
                yield from self._told(web, *whose, list(bill), check)

    def _whose(self, line: Line) -> tuple[date, str]:
        """What one question to a report is about: a day and, of an enterprise, an organization."""
        return line.day, (line.organization or "") if self.kind == "enterprise" else ""

    def _told(
        self, web: Web, day: date, organization: str, bill: list[Line], check: RowCheck
    ) -> Iterator[dict[str, Any]]:
        asked: dict[str, object] = {"year": day.year, "month": day.month, "day": day.day}
        asked |= {"organization": organization} if organization else {}
        billed = {line.report for line in bill}
        wanted = [name for name in REPORTS if name in billed and (organization or self.kind == "organization")]
        yield from charges(bill, [item for name in wanted for item in self._items(web, name, asked, check)])

    def _items(self, web: Web, name: str, asked: Mapping[str, object], check: RowCheck) -> list[Item]:
        try:
            return [item for _, item in _of_copilot(Item, self._report(web, f"{name}/usage", asked), check, name)]
        except NotThere:  # an older server has no such report
            return []

    def _report(self, web: Web, name: str, asked: Mapping[str, object]) -> list[Row]:
        page = web.read(f"{self.kind}s/{self.account}/settings/billing/{name}", asked)
        return rows(web, page_of(web, page), "usageItems")

    def _seats(self, web: Web, day: date, check: RowCheck) -> Iterator[Seat]:
        """Whoever has a seat of several organizations is billed, and counted, once."""
        since, seen = datetime.combine(day, time(), UTC) - LATELY, set[str]()
        for given in check.fitting(_Given, self._assigned(web)):
            if given.assignee is None or given.assignee.id not in seen:
                seen |= {given.assignee.id} if given.assignee else set()
                yield given.seat(since)

    def _assigned(self, web: Web) -> Iterator[Row]:
        path = f"{'orgs' if self.kind == 'organization' else 'enterprises'}/{self.account}/copilot/billing/seats"
        before: list[Row] | None = None
        for number in range(1, MOST + 1):
            page = web.read(path, {"page": number, "per_page": _SEATS_A_PAGE})
            found = rows(web, page_of(web, page), "seats")
            if found and found == before:
                raise SourceChanged(f"{web.name} repeats its pages; nothing more was read.")
            yield from found
            if len(found) < _SEATS_A_PAGE:
                return
            before = found


Told = TypeVar("Told", Line, Item)


def _of_copilot(shape: type[Told], rows: list[Row], check: RowCheck, answer: str) -> Iterator[tuple[int, Told]]:
    """The *rows* of Copilot that fit *shape*, with their numbers: the same bill lists Actions, Packages and all
    else."""
    for number, row in enumerate(rows, 1):
        found = check.fit(shape, row, number, answer) if is_of(row, "product", is_copilot) else None
        if found is not None:
            yield number, found


class _Somebody(BaseModel):
    """Whose seat it is, to count nobody twice; not kept."""

    id: Id


class _Team(BaseModel):
    slug: Id


class _Given(BaseModel):
    created_at: Moment
    assignee: _Somebody | None = None
    assigning_team: _Team | None = None
    last_activity_at: Moment | None = None

    def seat(self, since: datetime) -> Seat:
        """The seat without its owner; active if it was used *since* then."""
        used = self.last_activity_at
        return Seat(self.assigning_team.slug if self.assigning_team else "", bool(used and used >= since))

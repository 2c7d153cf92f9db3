"""Anthropic's organization: what it charges a day, and the tokens that were used, by workspace, key and model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from finops.batch import Batch, Dataset, Format
from finops.period import Period
from finops.stamp import LedgerName
from sources._anthropic_rows import CHARGES, REQUESTS, Complete, Cost, Refreshed, TokensUsed, Usage, older
from sources._base import ApiSource, alike, shaped, written
from sources._row_check import RowCheck
from web.access import Address
from web.client import NotThere, Web
from web.pages import by_cursor, rows, whole_by_cursor

_Reports = Callable[[str, Web, Period, Complete, RowCheck], Iterator[Any]]
_LONGEST = timedelta(days=31)
_CUT = ("workspace_id", "api_key_id", "model", "service_tier", "context_window")
_IN_BOTH = ("workspace_id", "model", "service_tier", "context_window")
_OLDER = {"cost": ("cost_report", ("workspace_id", "description")), "usage": ("usage_report/messages", _CUT)}
_BETA = "analytics-usage-cost-2026-08-24"
_VERSION = {"anthropic-version": "2026-10-21", "anthropic-beta": _BETA}
_CONSTANTS = {"provider": "Anthropic", "service": "Claude API", "category": "AI and Machine Learning",
              "charge_category": "Usage"}  # fmt: skip


class Anthropic(ApiSource):
    """Anthropic organization, Console or Enterprise: the bill after discounts and before credits, its list cost, and
    the tokens by day, workspace, key, model, service tier and context window; the tokens on the bill are those that
    usage tells of the same workspace, key and model. *key* is an Admin key (`sk-ant-admin…`; Claude Console, Settings,
    Admin keys, Create key; only an organization's admins can) or a key with the scope `read:analytics`; a key for
    inference is refused, and individual accounts have none. Where the analytics of usage and cost are not there (404),
    the older cost and usage reports are read: they name no keys on the bill, count no requests, leave out what the
    Priority Tier costs, and count blocked calls, which are not billed. A call at a batch, flex or priority tier is
    metered at the price that is known of that tier, or is unpriced; the bill says what it cost. No key: the Workbench,
    or a signed-in user; no workspace: the default one. Delay: minutes. Limits: 31 days a question, 365 days back,
    nothing before 2026."""

    name: ClassVar[str] = "Anthropic"
    base_url: Address = "https://api.anthropic.com"

    @property
    def headers(self) -> Mapping[str, str]:
        """The key, and the version of its API that we know."""
        return {"x-api-key": self.key.get_secret_value(), **_VERSION}

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges of *period*, then its AI requests."""
        complete = Complete()
        costs = RowCheck(web, into / "anthropic-costs.jsonl.gz")
        read, used, usage = _told(web, period, complete, into / "anthropic-usage.jsonl.gz")
        tokens = TokensUsed(used, _CUT if read is _analytics else _IN_BOTH)
        billed = (each.charge(tokens) for each in costs.fitting(Cost, read("cost", web, period, complete, costs)))
        file = written(billed, costs.file)
        columns = alike(("day_start", "billed_cost", "effective_cost", "currency"), CHARGES)
        yield Batch("anthropic", Dataset.CHARGES, Format.JSONL, (file,), columns, constants=_CONSTANTS, covers=period,
                    watermark=complete.until, rejected=costs.rejected)  # fmt: skip
        file = written((each.request() for each in used), usage.file)
        columns = alike(("request_id", "started_at", "model"), REQUESTS)
        yield Batch("anthropic", Dataset.REQUESTS, Format.JSONL, (file,), columns, ("provider",),
                    {"provider": "anthropic"}, covers=period, ledger=LedgerName.METERED,
                    watermark=complete.until, rejected=usage.rejected)  # fmt: skip


def _told(web: Web, period: Period, complete: Complete, file: Path) -> tuple[_Reports, list[Usage], RowCheck]:
    """Where cost and usage are told, the usage, and the check of its rows, which become *file*."""
    check = RowCheck(web, file)
    try:
        return _analytics, [*check.fitting(Usage, _analytics("usage", web, period, complete, check))], check
    except NotThere:
        check = RowCheck(web, file)
        return _reports, [*check.fitting(Usage, _reports("usage", web, period, complete, check))], check


def _analytics(what: str, web: Web, period: Period, complete: Complete, _: RowCheck) -> Iterator[Any]:
    cut = (*_CUT, "cost_type", "token_type") if what == "cost" else _CUT
    for span in _spans(period):
        asked = {**_days(span), "time_bucket_width": "1d", "group_by[]": list(cut), "limit": 1000, "order_by": "time"}
        for page in whole_by_cursor(web, f"v1/organizations/analytics/{what}", asked):
            complete.heard(shaped(Refreshed, web, page))
            yield from rows(web, page, "data")


def _reports(what: str, web: Web, period: Period, _: Complete, check: RowCheck) -> Iterator[Any]:
    """The older ones do not say how far they are complete."""
    path, cut = _OLDER[what]
    for span in _spans(period):
        asked = {**_days(span), "bucket_width": "1d", "group_by[]": list(cut), "limit": 31}
        yield from older(check, by_cursor(web, f"v1/organizations/{path}", asked), what)


def _days(span: Period) -> dict[str, Any]:
    return {"starting_at": f"{span.start}T00:00:00Z", "ending_at": f"{span.end}T00:00:00Z"}


def _spans(period: Period) -> Iterator[Period]:
    """*period* in parts that may be asked for at once."""
    start = period.start
    while start < period.end:
        yield Period(start, min(start + _LONGEST, period.end))
        start += _LONGEST

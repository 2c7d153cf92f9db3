"""The KPI reconciliation gap: by how much the meter is off the bill. No amounts: it may be told everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from finops.period import Period
from finops.reconciling.gap import Gap
from finops.reconciling.report import gaps, nothing
from finops.reconciling.sides import Compared
from finops.report import Figures, Report, Share, Table, Text, say

NAME = "reconciliation_gap"
ABOUT = "(metered - billed) / billed, by provider."


def merit(found: Compared, asked: Period) -> Report:
    """The gap as a share of the bill, of each provider and over all of them."""
    known, title = gaps(found), f"Reconciliation gap, {asked}"
    lacking = nothing(found, title)
    if lacking:
        return lacking
    total = _share(sum((each.metered for each in known), Decimal(0)), sum((each.billed for each in known), Decimal(0)))
    rows = tuple(({"provider": each.provider}, each.share) for each in known)
    table = Table(("Provider", "Gap"), tuple((say(each.provider), _said(each.share)) for each in known))
    return Report(title, _verdict(known, total, found), (table,), stamp=found.billed, beside=found.metered,
                  figures=Figures(found.question, rows, total, "share"))  # fmt: skip


def _share(metered: Decimal, billed: Decimal) -> Decimal | None:
    return (metered - billed) / billed if billed else None


def _verdict(known: Sequence[Gap], total: Decimal | None, found: Compared) -> Text:
    if total is None:
        return say(f"Reconciliation gap: no bill {found.period.within}.")
    widest = max(known, key=lambda each: abs(each.share or Decimal(0)))
    among = say(f", widest at {widest.provider}: ", _said(widest.share)[0]) if len(known) > 1 else ()
    return say("Metered against billed: ", Share(total, signed=True), f" {found.period.within}", *among, ".")


def _said(share: Decimal | None) -> Text:
    return say("no bill") if share is None else say(Share(share, signed=True))

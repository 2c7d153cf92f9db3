"""AWS's cost and usage report 2.0 as files, as AWS Data Exports write it; not FOCUS."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Column, Dataset, Derived, Format, Unfit
from sources._base import FileSource, Signature

_MANDATORY = {
    "day_start": "line_item_usage_start_date",
    "billed_cost": "line_item_unblended_cost",
    "currency": "line_item_currency_code",
    "account": "bill_payer_account_id",
    "service": "line_item_product_code",
    "line_type": "line_item_line_item_type",
}
_OPTIONAL = {
    "billed_from": "bill_billing_period_start_date",
    "sub_account": "line_item_usage_account_id",
    "sku": "product_sku",
    "sku_meter": "line_item_usage_type",
    "description": "line_item_line_item_description",
    "resource": "line_item_resource_id",
    "tags": "resource_tags",
    "consumed_quantity": "line_item_usage_amount",
    "consumed_unit": "pricing_unit",
    "list_cost": "pricing_public_on_demand_cost",
}
_COMMITTED = {
    "plan_cost": "savings_plan_savings_plan_effective_cost",
    "plan_total": "savings_plan_total_commitment_to_date",
    "plan_used": "savings_plan_used_commitment",
    "reserved": "reservation_reservation_a_r_n",
    "reserved_cost": "reservation_effective_cost",
    "unused_upfront": "reservation_unused_amortized_upfront_fee_for_billing_period",
    "unused_recurring": "reservation_unused_recurring_fee",
}
_KEPT = tuple(name for name in (*_MANDATORY, *_OPTIONAL) if name not in ("line_type", "service"))
_MADE = (*_KEPT, "service", "effective_cost", "charge_category", "commitment")
_CATEGORIES = {"Tax": "Tax", "Credit": "Credit", "Refund": "Credit", "Fee": "Purchase", "RIFee": "Purchase",
               "SavingsPlanRecurringFee": "Purchase", "SavingsPlanUpfrontFee": "Purchase"}  # fmt: skip
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")


class AwsCur(FileSource):
    """AWS's cost and usage report 2.0 (Billing and Cost Management, Data Exports, CUR 2.0) as CSV, CSV.gz or Parquet,
    with its standard columns. The billed cost is the unblended one; the effective cost spreads savings plans and
    reservations over what used them, as AWS reckons it. It replaces the days it holds of a payer and account."""

    title: ClassVar[str] = "an AWS cost and usage report (CUR 2.0)"
    signatures: ClassVar[tuple[Signature, ...]] = (Signature(tuple(_MANDATORY.values())),)
    one_export: ClassVar[bool] = True

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of reports."""
        columns = {name: Column((theirs,), mandatory=True) for name, theirs in _MANDATORY.items()}
        columns |= {name: Column((theirs,)) for name, theirs in (_OPTIONAL | _COMMITTED).items()}
        return Batch("aws_cur", Dataset.CHARGES, form or Format.CSV, files, columns, ("provider", "account"),
                     {"provider": "Amazon Web Services"}, by_unit=True, derived=Derived(_MADE, _charge))  # fmt: skip


def _charge(row: Mapping[str, str | None]) -> Iterator[tuple[object, ...]]:
    kind = row["line_type"] or "Usage"
    unused = kind in ("RIFee", "SavingsPlanRecurringFee")
    used = kind in ("DiscountedUsage", "SavingsPlanCoveredUsage")
    yield (*(row[name] for name in _KEPT), _HUMPS.sub(" ", row["service"] or ""), _effective(kind, row),
           "Usage" if unused else _CATEGORIES.get(kind, "Usage"),
           "Unused" if unused else "Used" if used else None)  # fmt: skip


def _effective(kind: str, row: Mapping[str, str | None]) -> object:
    """What a line costs once commitments are spread over what used them."""
    if kind == "SavingsPlanCoveredUsage":
        return row["plan_cost"] or "0"
    if kind == "SavingsPlanRecurringFee":
        return max(_amount(row, "plan_total") - _amount(row, "plan_used"), Decimal(0))
    if kind == "DiscountedUsage":
        return row["reserved_cost"] or "0"
    if kind == "RIFee":
        return _amount(row, "unused_upfront") + _amount(row, "unused_recurring")
    paid_ahead = kind in ("SavingsPlanNegation", "SavingsPlanUpfrontFee") or (kind == "Fee" and row["reserved"])
    return "0" if paid_ahead else row["billed_cost"]


def _amount(row: Mapping[str, str | None], name: str) -> Decimal:
    try:
        return Decimal(row[name] or 0)
    except InvalidOperation:
        raise Unfit(name, f"“{(row[name] or '')[:40]}” is not a number that can be kept") from None

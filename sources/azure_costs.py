"""Azure's cost exports as files: actual or amortized cost of an enterprise or customer agreement, not FOCUS."""

from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Column, Dataset, Format
from sources._base import FileSource, Signature

_COLUMNS = {
    "day_start": Column(("Date",), mandatory=True),
    "billed_cost": Column(("CostInBillingCurrency", "Cost"), mandatory=True),
    "effective_cost": Column(("CostInBillingCurrency", "Cost"), mandatory=True),
    "currency": Column(("BillingCurrency", "BillingCurrencyCode"), mandatory=True),
    "account": Column(("BillingAccountId",), mandatory=True),
    "billed_from": Column(("BillingPeriodStartDate",)),
    "sub_account": Column(("SubscriptionName", "SubscriptionId", "SubscriptionGuid")),
    "service": Column(("MeterCategory",), mandatory=True),
    "sku": Column(("MeterId", "PartNumber")),
    "sku_meter": Column(("MeterName",)),
    "description": Column(("ProductName", "Product")),
    "resource": Column(("ResourceId",)),
    "tags": Column(("Tags",)),
    "consumed_quantity": Column(("Quantity",)),
    "consumed_unit": Column(("UnitOfMeasure",)),
    "charge_category": Column(("ChargeType",), mandatory=True),
}


class AzureCosts(FileSource):
    """Azure's cost exports (Cost Management, Exports, Cost and usage details, actual or amortized; enterprise and
    customer agreements) as CSV or Parquet. Their one cost is both the billed and the effective cost, so import either
    the actual or the amortized export, never both. Their dates are month first where nothing else decides. They replace
    the days they hold of a billing account and subscription."""

    title: ClassVar[str] = "an Azure cost export"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature(("Date", ("CostInBillingCurrency", "Cost"), ("BillingCurrency", "BillingCurrencyCode"),
                   "BillingAccountId", "MeterCategory", "ChargeType", ("SubscriptionId", "SubscriptionGuid"))),
    )  # fmt: skip
    one_export: ClassVar[bool] = True

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of cost exports."""
        return Batch("azure_costs", Dataset.CHARGES, form or Format.CSV, files, _COLUMNS, ("provider", "account"),
                     {"provider": "Microsoft"}, by_unit=True, dates="month-first")  # fmt: skip

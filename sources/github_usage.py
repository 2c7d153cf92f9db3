"""GitHub's metered usage report as a file: what an organization or enterprise is billed a day, by product and SKU."""

from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Column, Dataset, Format
from sources._base import FileSource, Signature

_COLUMNS = {
    "day_start": Column(("date",), mandatory=True),
    "service": Column(("product",), mandatory=True),
    "sku": Column(("sku",), mandatory=True),
    "billed_cost": Column(("net_amount",), mandatory=True),
    "effective_cost": Column(("net_amount",), mandatory=True),
    "list_cost": Column(("gross_amount",)),
    "account": Column(("organization",), mandatory=True),
    "sub_account": Column(("cost_center_name", "cost_center")),
    "consumed_quantity": Column(("quantity",)),
    "consumed_unit": Column(("unit_type",)),
}
_CONSTANTS = {"provider": "GitHub", "category": "Developer Tools", "charge_category": "Usage", "currency": "USD"}


class GithubUsage(FileSource):
    """GitHub's metered usage report as CSV (github.com, your organization or enterprise, Billing and licensing, Usage,
    Get usage report), in dollars after discounts; the list cost is that before them. It replaces the days it names, by
    organization. It is refused for days that the source `copilot` or a FOCUS file knows. People, repositories and
    workflows are not kept."""

    title: ClassVar[str] = "GitHub's metered usage report"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature(("date", "product", "sku", "quantity", "net_amount", "organization"), without=("model",)),
    )

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of usage reports."""
        return Batch("github_usage", Dataset.CHARGES, form or Format.CSV, files, _COLUMNS, ("provider", "account"),
                     _CONSTANTS, apart=True, exclusive=True)  # fmt: skip

"""GitHub Copilot's usage report as a file: AI credits and premium requests by day and model, from GitHub's e-mail."""

from pathlib import Path

from finops.batch import Batch, Column, Dataset, Format
from sources._base import FileSource
from sources.copilot import CONSTANTS

_COLUMNS = {
    "day_start": Column(("date",), mandatory=True),
    "sku": Column(("sku",), mandatory=True),
    "model": Column(("model",), mandatory=True),
    "billed_cost": Column(("net_amount",), mandatory=True),
    "effective_cost": Column(("net_amount",), mandatory=True),
    "list_cost": Column(("gross_amount",), mandatory=True),
    "account": Column(("organization",), mandatory=True),
    "sub_account": Column(("cost_center_name",)),
    "consumed_quantity": Column(("quantity",)),
    "consumed_unit": Column(("unit_type",)),
}


class CopilotReport(FileSource):
    """GitHub Copilot's AI usage report as CSV (github.com, your organization or enterprise, Billing and licensing,
    Usage, AI usage, Get usage report): for days that the source `copilot` is not asked for, whose bill tells of seats
    too; of the two the one that knows more days of a month counts. People and repositories in it are not kept."""

    def batch(self, files: tuple[Path, ...]) -> Batch:
        """One delivery of usage reports."""
        return Batch("copilot_report", Dataset.CHARGES, Format.CSV, files, _COLUMNS, ("provider", "account"), CONSTANTS)

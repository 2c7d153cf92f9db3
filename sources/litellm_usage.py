"""LiteLLM's usage page as a file: what its admin page exports as CSV, sums by day and team, tag or customer."""

from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Dataset, Derived, Format
from finops.stamp import LedgerName
from sources._base import FileSource, Signature
from sources._usage_pages import MADE, columns, rows

_READ = {
    "started_at": ("Date",),
    "team": ("Team", "Team ID"),
    "account": ("Team ID",),
    "spend": ("Spend ($)",),
    "requests": ("Requests",),
    "input_tokens": ("Prompt Tokens",),
    "output_tokens": ("Completion Tokens",),
}


class LitellmUsage(FileSource):
    """LiteLLM's usage by team as its admin page exports it (Usage, Team Usage, Export Data, day by day): CSV, spend and
    tokens by day and team; it names no models. It never becomes single requests: it replaces the days it names, and is
    refused for days that LiteLLM's spend log or the source `litellm` knows."""

    title: ClassVar[str] = "LiteLLM's usage export"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature(("Date", "Team", "Spend ($)", "Requests", "Prompt Tokens", "Completion Tokens")),
    )

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of usage."""
        read = columns(_READ, "started_at", "team", "spend", "requests", "input_tokens", "output_tokens")
        return Batch("litellm_usage", Dataset.REQUESTS, form or Format.CSV, files, read, ("provider", "account"),
                     {"provider": "litellm"}, ledger=LedgerName.METERED, apart=True, exclusive=True,
                     derived=Derived(MADE, rows("requests")))  # fmt: skip

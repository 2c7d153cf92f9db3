"""Anthropic's usage as a file: what its console exports as CSV, sums of tokens by day, model, key and workspace."""

from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Dataset, Derived, Format
from finops.stamp import LedgerName
from sources._base import FileSource, Signature
from sources._usage_pages import MADE, columns, rows

_READ = {
    "started_at": ("usage_date_utc",),
    "model": ("model_version", "model"),
    "account": ("workspace",),
    "key": ("api_key",),
    "tier": ("usage_type",),
    "uncached_tokens": ("usage_input_tokens_no_cache",),
    "cache_write_tokens": ("usage_input_tokens_cache_write_5m", "usage_input_tokens_cache_write"),
    "cache_write_1h_tokens": ("usage_input_tokens_cache_write_1h",),
    "cached_tokens": ("usage_input_tokens_cache_read",),
    "output_tokens": ("usage_output_tokens",),
}


class AnthropicUsage(FileSource):
    """Anthropic's usage as its console exports it (platform.claude.com, Usage, Export): CSV, sums of tokens by day,
    model, workspace and key; it does not say how many requests they were. It never becomes single requests: it replaces
    the days it names, and is refused for days that the source `anthropic` or a FOCUS file knows."""

    title: ClassVar[str] = "Anthropic's usage export"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature(("usage_date_utc", ("model_version", "model"), "usage_input_tokens_no_cache", "usage_output_tokens")),
    )

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of usage."""
        return Batch("anthropic_usage", Dataset.REQUESTS, form or Format.CSV, files,
                     columns(_READ, "started_at", "model", "uncached_tokens", "output_tokens"),
                     ("provider", "account"), {"provider": "anthropic", "requests": "0"}, ledger=LedgerName.METERED,
                     apart=True, exclusive=True, derived=Derived(MADE, rows("uncached_tokens")))  # fmt: skip

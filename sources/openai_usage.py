"""OpenAI's usage as a file: what its dashboard exports as CSV, requests and tokens by day, model and project."""

from pathlib import Path
from typing import ClassVar

from finops.batch import Batch, Dataset, Derived, Format
from finops.stamp import LedgerName
from sources._base import FileSource, Signature
from sources._usage_pages import MADE, columns, rows

_READ = {
    "started_at": ("start_time_iso", "start_time"),
    "requests": ("num_model_requests",),
    "model": ("model",),
    "account": ("project_id", "project_name"),
    "key": ("api_key_id",),
    "batch": ("batch",),
    "tier": ("service_tier",),
    "input_tokens": ("input_tokens",),
    "output_tokens": ("output_tokens",),
    "cached_tokens": ("input_cached_tokens",),
    "cache_write_tokens": ("input_cache_write_tokens",),
    "audio_input_tokens": ("input_audio_tokens",),
    "audio_output_tokens": ("output_audio_tokens",),
    "image_input_tokens": ("input_image_tokens",),
    "image_output_tokens": ("output_image_tokens",),
}


class OpenaiUsage(FileSource):
    """OpenAI's usage of completions or embeddings as its dashboard exports it (platform.openai.com, Usage, Export,
    Activity): CSV, sums by day and, if grouped so, model, project and key. It never becomes single requests: it
    replaces the days it names, and is refused for days that the source `openai` or a FOCUS file knows. Users are not
    kept."""

    title: ClassVar[str] = "OpenAI's usage export"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature((("start_time_iso", "start_time"), "num_model_requests", "model", "input_tokens")),
    )

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of usage; days on which nothing was used are rows without tokens."""
        return Batch("openai_usage", Dataset.REQUESTS, form or Format.CSV, files,
                     columns(_READ, "started_at", "model", "input_tokens"), ("provider", "account"),
                     {"provider": "openai"}, ledger=LedgerName.METERED, apart=True, exclusive=True,
                     derived=Derived(MADE, rows("requests")))  # fmt: skip

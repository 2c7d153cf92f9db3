"""OpenAI's organization: what it charges a day (costs), and what was used, of models and of tools."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from finops.batch import Batch, Dataset, Format
from finops.period import Period, midnight
from finops.stamp import LedgerName
from sources._base import ApiSource, alike, written
from sources._openai_names import Names
from sources._openai_rows import CHARGES, REQUESTS, Bucket, Calls, Cost, Searches, Sessions, Tokens, Used
from sources._row_check import RowCheck
from web.access import Address
from web.client import Web
from web.pages import by_cursor

_COSTS = "organization/costs"
_WHOSE = ("project_id", "api_key_id")
_USAGE: dict[str, tuple[type[Used], tuple[str, ...]]] = {
    "completions": (Tokens, (*_WHOSE, "model", "batch", "service_tier")),
    "embeddings": (Tokens, (*_WHOSE, "model")),
    "moderations": (Calls, (*_WHOSE, "model")),
    "images": (Calls, (*_WHOSE, "model")),
    "audio_speeches": (Calls, (*_WHOSE, "model")),
    "audio_transcriptions": (Calls, (*_WHOSE, "model")),
    "code_interpreter_sessions": (Sessions, ("project_id",)),
    "file_search_calls": (Searches, _WHOSE),
    "web_search_calls": (Searches, _WHOSE),
}
_CONSTANTS = {"provider": "OpenAI", "service": "OpenAI API", "category": "AI and Machine Learning",
              "charge_category": "Usage"}  # fmt: skip


class OpenAI(ApiSource):
    """OpenAI organization. *key* is an admin key (`sk-admin-…`; platform.openai.com, Settings, Organization, Admin
    keys, Create; only an organization's owners can) that may read usage; a key for inference is refused. *base_url*
    may be a proxy's. Costs are the bill, by project, key and line item. Usage is metered by day, project, key and
    model: tokens of completions and embeddings, at the price of their batch or service tier, which are tags, too;
    calls of what has no tokens (pictures, speech, transcripts, searches, sessions of the code interpreter) and of
    moderations, which are free: what these cost is on the bill. What vector stores hold is on the bill alone. A key
    that may also read projects and their keys (Management: read) gives them their names: `owners.teams` can name them,
    keys are called by project and name, two of one name by their ids; without it all is called by ids, and nothing is
    lost. Delay: usage takes minutes, costs may be corrected for days, so three are read again. Limits: 31 days a
    question; OpenAI limits how often the key may ask and says when to come again."""

    name: ClassVar[str] = "OpenAI"
    base_url: Address = "https://api.openai.com/v1"

    def fetch(self, web: Web, period: Period, into: Path) -> Iterator[Batch]:
        """The charges of *period*, then its AI requests."""
        check = RowCheck(web, into / "openai-costs.jsonl.gz")
        names = Names(web, check)
        costs = written(_costs(web, period, names, check), check.file)
        columns = alike(("day_start", "billed_cost", "currency"), CHARGES)
        yield Batch("openai", Dataset.CHARGES, Format.JSONL, (costs,), columns, constants=_CONSTANTS, covers=period,
                    rejected=check.rejected)  # fmt: skip
        names.check = check = RowCheck(web, into / "openai-usage.jsonl.gz")
        used = written(_used(web, period, names, check), check.file)
        columns = alike(("request_id", "started_at", "model"), REQUESTS)
        yield Batch("openai", Dataset.REQUESTS, Format.JSONL, (used,), columns, ("provider",), {"provider": "openai"},
                    covers=period, ledger=LedgerName.METERED, rejected=check.rejected)  # fmt: skip


def _costs(web: Web, period: Period, names: Names, check: RowCheck) -> Iterator[dict[str, Any]]:
    for day, number, result in _results(web, _COSTS, period, ("project_id", "line_item", "api_key_id"), check):
        cost = check.fit(Cost, result, number, "costs")
        if cost is not None:
            yield cost.charge(day, names)


def _used(web: Web, period: Period, names: Names, check: RowCheck) -> Iterator[dict[str, Any]]:
    for kind, (shape, by) in _USAGE.items():
        for day, number, result in _results(web, f"organization/usage/{kind}", period, by, check):
            used = check.fit(shape, result, number, kind)
            if used is not None:
                yield used.request(day, kind, names)


def _results(
    web: Web, path: str, period: Period, by: tuple[str, ...], check: RowCheck
) -> Iterator[tuple[datetime, int, Any]]:
    """The day of each result, its number over all days, and the result, which is not checked yet."""
    asked = {"start_time": int(midnight(period.start).timestamp()), "end_time": int(midnight(period.end).timestamp()),
             "bucket_width": "1d", "limit": 31, "group_by[]": list(by)}  # fmt: skip
    answer, number = path.rpartition("/")[2], 0
    for place, bucket in check.numbered(Bucket, by_cursor(web, path, asked), answer):
        if bucket.results and check.asked(bucket.start_time.date(), period, place, "start_time", answer):
            for result in bucket.results:
                number += 1
                yield bucket.start_time, number, result

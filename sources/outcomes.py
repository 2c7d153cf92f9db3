"""Outcomes of AI requests: accepted, rejected, regenerated, merged; told by request or by session."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

from finops.batch import Batch, Column, Dataset, Format
from sources._base import FileSource, Signature
from sources._logs import EVALUATION, EVALUATIONS, SCORED, SCORES

_CSV = {
    "told_at": Column(("ts", "at", "timestamp"), mandatory=True),
    "request_id": Column(("request_id",), mandatory=True),
    "session_id": Column(("session_id",)),
    "type": Column(("type",), mandatory=True),
    "value": Column(("value",)),
}


class Outcomes(FileSource):
    """Outcomes of AI requests: CSV with the columns ts, request_id, type and, if known, session_id and value; or as
    JSON lines Langfuse's scores or OpenTelemetry's evaluations (events or spans named `gen_ai.evaluation.result`);
    *format* says which. A row names a request, a session or both. A score's type is its name, its request the
    observation, its session the session or else the trace; an evaluation's request is the span it was made of. A type
    that is not known is kept as unknown, in its own words; one whose value is 0, false, no or fail is its opposite, or
    unknown if it has none. Explanations, comments and scores that are texts are left out."""

    title: ClassVar[str] = "outcomes of AI requests"
    signatures: ClassVar[tuple[Signature, ...]] = (
        Signature((("ts", "at", "timestamp"), "request_id", "type"), without=("model",)),
        Signature(("observationId", "dataType", "timestamp", "name"), settings={"format": "langfuse"}),
        Signature(("attributes.gen_ai.evaluation.name",), settings={"format": "otel"}),
    )
    format: Literal["csv", "langfuse", "otel"] = "csv"

    def batch(self, files: tuple[Path, ...], form: Format | None = None) -> Batch:
        """One delivery of outcomes."""
        columns, kinds = _READ[self.format]
        name, usual = ("outcomes", Format.CSV) if self.format == "csv" else (self.format, Format.JSONL)
        return Batch(name, Dataset.OUTCOMES, form or usual, files, columns, kinds=kinds)


_READ: Mapping[str, tuple[Mapping[str, Column], tuple[str, ...]]] = {
    "csv": (_CSV, ()),
    "langfuse": (SCORES, SCORED),
    "otel": (EVALUATIONS, (EVALUATION,)),
}

"""The check of a provider's rows: rows that fit go on, each other row is rejected with its place and the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from finops.batch import Quarantined
from finops.errors import SourceChanged
from finops.period import Period
from sources._fields import is_text
from web.client import Web

Shape = TypeVar("Shape", bound=BaseModel)

MOST = 50_000
"""Rejected rows of one batch, which are remembered one by one; more mean that the provider changed its answers."""
_NAME = re.compile(r"\w{1,60}")
_REASONS = {
    "missing": "is missing",
    "model_type": "is not an object",
    "model_attributes_type": "is not an object",
    "dict_type": "is not an object",
    "list_type": "is not a list",
    "tuple_type": "is not a list",
    "too_short": "has too few parts",
    "too_long": "has too many parts",
    "string_too_short": "is empty",
    "literal_error": "is a word that is not known",
}
_KINDS = (("bool", "is neither yes nor no"), ("datetime", "is not a time"), ("date", "is not a day"))


class RowCheck:
    """The check of the rows that become one batch. *file* is the batch's file, by whose name rejected rows are called;
    a row's number is its place in the answers (from 1, over all pages), and its field begins with the answer's name
    where several answers become one file. What a row holds is never repeated."""

    def __init__(self, web: Web, file: Path) -> None:
        self.file = file
        self._web = web
        self._rejected: list[Quarantined] = []

    @property
    def rejected(self) -> tuple[Quarantined, ...]:
        """The rejected rows, in the order of the answers."""
        return tuple(self._rejected)

    def rejected_from(self, file: Path) -> tuple[Quarantined, ...]:
        """The same as rows of another *file* that was made of these rows."""
        return tuple(replace(each, file=file.name) for each in self._rejected)

    def fitting(self, shape: type[Shape], rows: Iterable[object], answer: str = "") -> Iterator[Shape]:
        """Those of *rows* that fit *shape*."""
        return (row for _, row in self.numbered(shape, rows, answer))

    def numbered(self, shape: type[Shape], rows: Iterable[object], answer: str = "") -> Iterator[tuple[int, Shape]]:
        """The same with the number of each."""
        for number, row in enumerate(rows, 1):
            fits = self.fit(shape, row, number, answer)
            if fits is not None:
                yield number, fits

    def fit(self, shape: type[Shape], row: object, number: int, answer: str = "") -> Shape | None:
        """*row* as *shape*, or None if it was rejected."""
        try:
            return shape.model_validate(row)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            known = _names(shape)
            steps = (str(step) for step in first["loc"] if isinstance(step, int) or step in known)
            self.reject(number, ".".join(steps), _reason(first["type"], first["msg"]), answer)
        return None

    def reject(self, number: int, field: str, reason: str, answer: str = "") -> None:
        """Reject the row with that *number*; SourceChanged if there are too many."""
        where = ".".join(part for part in (answer if _NAME.fullmatch(answer) else "", field) if part)
        self._rejected.append(Quarantined(self.file.name, number, where, reason))
        if len(self._rejected) > MOST:
            raise SourceChanged(f"{self._web.name} answers in another shape: {where}: {reason}, in {MOST:,} rows.")

    def asked(self, day: date, period: Period, number: int, field: str, answer: str = "") -> bool:
        """Whether *day* lies in *period*, which was asked for. A row of the day before or after is left out without a
        word, as the question for that day reads it; a row of any other day is rejected."""
        if day in period:
            return True
        if day not in (period.start - timedelta(days=1), period.end):
            self.reject(number, field, "is a day that was not asked for", answer)
        return False


def is_of(row: object, name: str, wanted: Any) -> bool:
    """Whether *row* must be looked at: *wanted* says so of the text that it holds as *name*, or it holds none."""
    said = row.get(name) if isinstance(row, Mapping) else None
    return bool(wanted(said)) if is_text(said) else True


def _reason(kind: str, message: str) -> str:
    if kind == "odd":
        return message
    return _REASONS.get(kind) or next((said for begin, said in _KINDS if kind.startswith(begin)), "is of another kind")


@cache
def _names(shape: type[BaseModel]) -> frozenset[str]:
    """All names of fields in *shape* and below; the key of an object that somebody filled in is none of them."""
    return frozenset(_properties(shape.model_json_schema()))


def _properties(schema: Mapping[str, Any]) -> Iterator[str]:
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {})

"""Odd rows, made from a sound one, and answers that hold them among twenty sound rows."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.sources.conftest import Recording

CONTENT = "what a customer wrote"
SOUND = 20
_DEEP, _DIGITS, _NO_LETTER = "@deep@", "@digits@", "@no letter@"
_RAW = {f'"{_DEEP}"': b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}", f'"{_DIGITS}"': b"9" * 5_000, _NO_LETTER: b"\xff"}
_GONE = object()

NOT_ROWS: tuple[object, ...] = (None, [], [CONTENT], CONTENT, 5, True, {}, _DEEP)
_NOT_SCALARS = (_GONE, {"a": CONTENT}, [CONTENT], True, _DEEP)
_NOT_NUMBERS = (CONTENT, "", "1,5", "1_000", "0x10", "NaN", float("nan"), float("inf"), 10**40, "1e999", _DIGITS)
_NOT_TIMES = (CONTENT, "", "24.12.2026", "2026-02-31", "1900-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
              "9999-12-31T23:59:59-14:00", float("nan"), 10**40)  # fmt: skip
_NOT_TEXTS = ("\ud800", f"a{_NO_LETTER}", "x" * 1_000_000, 0.5, float("nan"))
_NOT_FREE = (_GONE, {"a": CONTENT}, [CONTENT], _DEEP, float("nan"), "\ud800", _DIGITS)
_NOT_IDS = ("", "\ud800", float("nan"), 10**40)
_ELSEWHERE = "2031-05-05T00:00:00Z"


@dataclass(frozen=True)
class Odd:
    """A row that must be rejected; *field* is what is wrong with it, by the path in the row ('' the row itself)."""

    row: object
    field: str

    @property
    def label(self) -> str:
        return f"{self.field or 'row'}: {str(self.row)[:200]}"


@dataclass(frozen=True)
class Place:
    """Where rows are in what was recorded: in the answer *exchange*, at the path *at*, told apart by *apart*.
    Fields that are *free* may hold a number, yes or no, or any text."""

    recording: Recording
    exchange: int
    at: str
    apart: str
    free: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.recording.name} {self.exchange}:{self.at}"

    @property
    def sound(self) -> Any:
        """The first row that was recorded."""
        rows = self._rows(self._answer)
        return next(iter(rows.values())) if isinstance(rows, dict) else rows[0]

    @property
    def needed(self) -> list[str]:
        """The fields of a row that it cannot do without, by their paths in the row."""
        rows = self._rows(self._answer)
        begin = [*self._steps, next(iter(rows)) if isinstance(rows, dict) else "0"]
        found = [_steps(path, self.recording.exchanges[self.exchange]["answer"]) for path in self.recording.needed]
        inner = [".".join(steps[len(begin) :]) for steps in found if steps[: len(begin)] == begin]
        below = [f"{each.at[len('.'.join(begin)) + 1 :]}." for each in places(self.recording)
                 if each.at.startswith(f"{'.'.join(begin)}.")]  # fmt: skip
        return [field for field in inner if field and not field.startswith(tuple(below)) and _has(self.sound, field)]

    def odd(self) -> Iterator[Odd]:
        """Every kind of odd row."""
        yield from (Odd(row, "") for row in NOT_ROWS)
        for field in self.needed:
            value = _held(self.sound, field)
            kinds = _NOT_FREE if field in self.free else _kinds(value, field, field == self.apart)
            yield from (Odd(_with(self.sound, field, each), field) for each in kinds)

    def maybe(self) -> Iterator[Odd]:
        """Rows that a source may know what to do with: an empty field, a day that was not asked for."""
        for field in self.needed:
            value = _held(self.sound, field)
            yield Odd(_with(self.sound, field, None), field)
            if isinstance(value, str) and _is_time(value):
                yield Odd(_with(self.sound, field, _ELSEWHERE), field)

    def answer(self, *odd: Odd, sound: int = SOUND) -> bytes:
        """The answer with *sound* rows in place of the first, and the *odd* ones in their midst."""
        answer = copy.deepcopy(self._answer)
        rows, good = self._rows(answer), self.sound
        made = [self._apart(good, number) for number in range(sound)]
        if isinstance(rows, dict):
            (name, _), *rest = rows.items()
            rows.clear()
            rows.update({f"{name}-{number}": row for number, row in enumerate(made[: sound // 2])})
            rows.update({f"{name}-odd-{number}": each.row for number, each in enumerate(odd)})
            rows.update({f"{name}-{number}": row for number, row in enumerate(made[sound // 2 :], sound // 2)})
            rows.update(rest)
        else:
            rows[:] = [*made[: sound // 2], *(each.row for each in odd), *made[sound // 2 :], *rows[1:]]
        return _said(answer)

    def as_texts(self) -> bytes:
        """The answer with sound rows whose numbers are written as texts."""
        answer = json.loads(self.answer())
        rows = self._rows(answer)
        for row in rows.values() if isinstance(rows, dict) else rows:
            for field in self.needed:
                value = _held(row, field) if _has(row, field) else None
                if isinstance(value, int | float) and not isinstance(value, bool):
                    _set(row, field, repr(value))
        return json.dumps(answer).encode()

    @property
    def _answer(self) -> Any:
        return self.recording.exchanges[self.exchange]["answer"]

    @property
    def _steps(self) -> list[str]:
        return self.at.split(".") if self.at else []

    def _rows(self, answer: Any) -> Any:
        for step in self._steps:
            answer = answer[int(step) if isinstance(answer, list) else step]
        return answer

    def _apart(self, row: Any, number: int) -> Any:
        if not self.apart:
            return copy.deepcopy(row)
        value = _held(row, self.apart)
        return _with(row, self.apart, value + number if isinstance(value, int) else f"{value}-{number}")


def places(recording: Recording) -> list[Place]:
    """All places of rows in *recording*."""
    return [
        Place(recording, each["exchange"], each["at"], each.get("apart", ""), tuple(each.get("free", ())))
        for each in recording.rows
    ]


def all_odd(recording: Recording, number: int) -> bytes:
    """The answer *number* with rows in all places, none of which fits; as it was recorded where it holds no rows."""
    answer = copy.deepcopy(recording.exchanges[number]["answer"])
    for at in sorted({each.at for each in places(recording)}):
        held = _held(answer, at) if not at or _has(answer, at) else None
        rows = list(held.values()) if isinstance(held, dict) else held
        if not isinstance(rows, list) or not rows or not all(isinstance(each, dict) for each in rows):
            continue
        if isinstance(held, list):
            held[:] = [None] * (SOUND + number)
        elif isinstance(held, dict) and at:
            held.update(dict.fromkeys(held))
    return json.dumps(answer).encode()


def _kinds(value: object, field: str, is_id: bool) -> tuple[object, ...]:
    if isinstance(value, dict):
        return _GONE, CONTENT, 5, True, [CONTENT]
    if isinstance(value, list):
        return _GONE, CONTENT, 5, True, {"a": CONTENT}
    if is_id or _is_name(field):
        return (*_NOT_SCALARS, *_NOT_IDS)
    if isinstance(value, str) and _is_time(value):
        return (*_NOT_SCALARS, *_NOT_TIMES)
    if isinstance(value, int | float) or (isinstance(value, str) and re.fullmatch(r"-?[\d.]+", value)):
        counts = "token" in field.lower() or "requests" in field
        return (*_NOT_SCALARS, *_NOT_NUMBERS, *((-1,) if counts else ()))
    return (*_NOT_SCALARS, *_NOT_TEXTS)


def _is_name(field: str) -> bool:
    return field.rpartition(".")[2] in ("id", "request_id", "slug", "email")


def _is_time(value: str) -> bool:
    return bool(re.match(r"\d{4}-\d\d-\d\d", value))


def _held(row: Any, field: str) -> Any:
    for step in _steps(field, row):
        row = row[int(step) if isinstance(row, list) else step]
    return row


def _has(row: Any, field: str) -> bool:
    try:
        _held(row, field)
    except (LookupError, TypeError, ValueError):
        return False
    return True


def _with(row: Any, field: str, value: object) -> Any:
    whole = copy.deepcopy(row)
    _set(whole, field, value)
    return whole


def _set(row: Any, field: str, value: object) -> None:
    *before, last = _steps(field, row)
    for step in before:
        row = row[int(step) if isinstance(row, list) else step]
    if value is _GONE and isinstance(row, dict):
        del row[last]
    elif isinstance(row, list):
        row[int(last)] = None if value is _GONE else value
    else:
        row[last] = value


def _steps(path: str, held: Any) -> list[str]:
    """The steps of *path* into *held*; the name of a step may hold dots itself."""
    steps, rest = list[str](), path
    while rest:
        names = sorted(held, key=len, reverse=True) if isinstance(held, dict) else []
        step = next((name for name in names if rest == name or rest.startswith(f"{name}.")), rest.partition(".")[0])
        steps.append(step)
        rest = rest[len(step) + 1 :]
        try:
            held = held[int(step) if isinstance(held, list) else step]
        except (LookupError, ValueError, TypeError):
            held = None
    return steps


def _said(answer: Any) -> bytes:
    text = json.dumps(answer).encode()
    for mark, raw in _RAW.items():
        text = text.replace(mark.encode(), raw)
    return text

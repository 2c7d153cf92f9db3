"""Types of the fields in rows of providers: exact and within bounds. A reason for refusing one never repeats it."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_LONGEST_NUMBER, _MOST_DIGITS, _FINEST = 100, 60, -60
_MOST_MONEY, _MOST_COUNT, _MOST_QUANTITY = 10**12, 10**15, 10**24
_LONGEST, _LONGEST_CELL = 2_000, 200_000
_YEARS = range(2000, 2100)


def _odd(reason: str) -> PydanticCustomError:
    return PydanticCustomError("odd", reason)


def exact(value: object, most: int = _MOST_QUANTITY) -> Decimal:
    """The number that *value* is or writes, of at most *most*; PydanticCustomError says why it is none."""
    if value is None:
        raise _odd("is empty")
    if isinstance(value, bool):
        raise _odd("is yes or no, not a number")
    if isinstance(value, str):
        text = value.strip()
        if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
            raise _odd("is not a number")
        value = Decimal(text)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value) if isinstance(value, int) else value
    if not isinstance(number, Decimal) or not number.is_finite():
        raise _odd("is not a number")
    if abs(number) > most:
        raise _odd("is too large to be kept")
    if number and (number.adjusted() < _FINEST or len(number.as_tuple().digits) > _MOST_DIGITS):
        raise _odd("has too many digits to be kept")
    return number


def _money(value: object) -> Decimal:
    return exact(value, _MOST_MONEY)


def _not_below(number: Decimal) -> Decimal:
    if number < 0:
        raise _odd("is below zero")
    return number


def _count(value: object) -> int:
    number = exact(value, _MOST_COUNT)
    if number != number.to_integral_value():
        raise _odd("is not a whole number")
    if number < 0:
        raise _odd("is below zero")
    return int(number)


def _text(value: object, longest: int = _LONGEST) -> str:
    if value is None:
        raise _odd("is empty")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST_QUANTITY:
        return str(value)
    if not isinstance(value, str):
        raise _odd("is not a text")
    if len(value) > longest:
        raise _odd(f"is longer than {longest:,} characters")
    if not _is_unicode(value):
        raise _odd("is not valid Unicode")
    return value


def is_text(value: object) -> bool:
    """Whether *value* is a text that a field may hold."""
    return isinstance(value, str) and len(value) <= _LONGEST and _is_unicode(value)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which no database keeps
        return False
    return True


def _cell(value: object) -> str:
    return _text(value, _LONGEST_CELL)


def _named(text: str) -> str:
    if not text.strip():
        raise _odd("is empty")
    return text


def _currency(text: str) -> str:
    if not _CURRENCY.fullmatch(text):
        raise _odd("is not the code of a currency")
    return text


def _time(value: object) -> object:
    if value is None:
        raise _odd("is empty")
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal | date):
        raise _odd("is not a time")
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        raise _odd("is not a time")
    return exact(value) if isinstance(value, Decimal | int) else value


def _bounded(at: datetime) -> datetime:
    """*at* in UTC, which is also the zone of a time that names none."""
    if at.year not in _YEARS:
        raise _odd("is a time outside the years 2000 to 2099")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _bounded_day(day: date) -> date:
    if day.year not in _YEARS:
        raise _odd("is a day outside the years 2000 to 2099")
    return day


def parsed(value: object) -> object:
    """The object or list that a text holds as JSON, as some gateways write them; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, parse_float=Decimal) if value.strip() else None
    except (ValueError, ArithmeticError, RecursionError):
        return value


Count = Annotated[int, BeforeValidator(_count)]
"""A whole number from zero; also one that is written as a text (`"12"`, `"1e3"`) or with a fraction of zero (12.0)."""
Money = Annotated[Decimal, BeforeValidator(_money)]
"""An amount, in whatever unit the provider counts in; credits are below zero."""
Spend = Annotated[Money, AfterValidator(_not_below)]
"""An amount from zero."""
Quantity = Annotated[Decimal, BeforeValidator(exact)]
"""How much of something was used."""
Consumed = Annotated[Quantity, AfterValidator(_not_below)]
"""How much of something was used, from zero; tokens that were estimated need not be whole."""
Text = Annotated[str, BeforeValidator(_text)]
"""A text of at most 2,000 characters; a whole number is taken as the text that writes it."""
Cell = Annotated[str, BeforeValidator(_cell)]
"""A text of at most 200,000 characters: a cell of a table, which may hold JSON."""
Id = Annotated[Text, AfterValidator(_named)]
"""A text that is not empty."""
Currency = Annotated[Text, AfterValidator(_currency)]
"""Three letters."""
Moment = Annotated[datetime, BeforeValidator(_time), AfterValidator(_bounded)]
"""An instant in UTC: ISO 8601 (UTC where it names no zone), or seconds or milliseconds since 1970."""
Day = Annotated[date, BeforeValidator(_time), AfterValidator(_bounded_day)]
"""A calendar day."""

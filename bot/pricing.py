"""`tuppence price FILE`: calls with their providers' usage, one a line or in one array; a price or a reason each."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from finops.errors import BadFile
from finops.money import plain
from sources._contract import Contract
from sources._pricing import Call, Price, Priced, priced

_LONGEST = 1 << 24
_LARGEST = 1 << 28
_DIGITS = 30


def prices(file: Path, contract: Contract) -> Iterator[str]:
    """One JSON line for each call in *file*, in its order; BadFile if it cannot be read."""
    try:
        for text in _texts(file):
            yield from (json.dumps(_line(told, contract), ensure_ascii=False) for told in _told(text))
    except OSError as error:
        raise BadFile(f"{file.name} cannot be read: {error.strerror or 'it is no gzip file'}.") from None
    except (EOFError, zlib.error):
        raise BadFile(f"{file.name} is cut off or damaged.") from None
    except UnicodeDecodeError:
        raise BadFile(f"{file.name} is no text in UTF-8.") from None


def _texts(file: Path) -> Iterator[str]:
    """The lines of *file* that say something, or all of it if it is one array."""
    read = gzip.open if file.suffix == ".gz" else open
    first = True
    with read(file, "rt", encoding="utf-8-sig") as lines:
        while line := lines.readline(_LONGEST):
            if first and line.lstrip().startswith("["):
                yield _whole(file, line + lines.read(_LARGEST))
                return
            if len(line) == _LONGEST:
                raise BadFile(f"{file.name} has a line that is too long to be a call.")
            if line.strip():
                first = False
                yield line


def _whole(file: Path, text: str) -> str:
    if len(text) >= _LARGEST:
        raise BadFile(f"{file.name} is too large for one array; write one call a line.")
    if not text.rstrip().endswith("]"):
        raise BadFile(f"{file.name} is cut off: its array does not end.")
    return text


def _told(text: str) -> Iterator[Any]:
    """What *text* holds: one call, many in an array, or nothing that can be read (None)."""
    try:
        held = json.loads(text, parse_float=_number)
    except (ValueError, RecursionError):
        held = None
    yield from held if isinstance(held, list) else (held,)


def _number(text: str) -> Decimal | str:
    """The exact number, or its text where no count is written so (1e-999999): sums of such would never end."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.adjusted() < _DIGITS and int(number.as_tuple().exponent) > -_DIGITS else text


def _line(told: Any, contract: Contract) -> dict[str, Any]:
    try:
        call = Call.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        return {"unpriced": f"this is no call: {where}: {first['msg']}" if where else "this is no call in JSON"}
    found = priced(call, contract)
    named = {"provider": call.provider, "api_flavor": call.api_flavor, "model": found.model or call.model}
    return named | _used(found) | (_price(found.price) if found.price else {"unpriced": found.unpriced})


def _used(found: Priced) -> dict[str, Any]:
    if found.used is None:
        return {}
    other = {"other": {name: _count(count) for name, count in found.used.other.items()}} if found.used.other else {}
    return {"tokens": {str(kind): _count(count) for kind, count in sorted(found.used.tokens.items())}} | other


def _count(count: int | float | Decimal) -> int | str:
    return count if isinstance(count, int) else plain(Decimal(str(count)))


def _price(price: Price) -> dict[str, Any]:
    return {"input_price": plain(price.input), "output_price": plain(price.output), "total_price": plain(price.total),
            "price_list": price.list, "price_list_version": price.version}  # fmt: skip

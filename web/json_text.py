"""JSON as providers write it: numbers exact, and one value that is none leaves the rest of the answer readable."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

_DEEPEST = 100
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
_NO_NUMBER = Decimal("NaN")
"""One object, so that it equals itself inside lists."""


def parsed(text: bytes) -> Any:
    """What *text* says, fractions as Decimal. What cannot be a number (NaN, Infinity, one of thousands of digits) is
    Decimal("NaN"); a letter that is not UTF-8 is a lone surrogate; what is nested deeper than 100 levels is null.
    ValueError if it is not JSON."""
    try:
        return _loaded(text)
    except UnicodeDecodeError:
        return parsed(text.decode("utf-8", "surrogateescape").encode("utf-8", "surrogatepass"))
    except RecursionError:
        return _loaded(_shallow(text))


def _loaded(text: bytes) -> Any:
    return json.loads(text, parse_float=_fraction, parse_int=_whole, parse_constant=lambda _: _NO_NUMBER)


def _fraction(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        return _NO_NUMBER


def _whole(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        return _NO_NUMBER


def _shallow(text: bytes) -> bytes:
    """*text* with null in the place of all that lies too deep."""
    kept, done, depth = list[bytes](), 0, 0
    for token in _TOKEN.finditer(text):
        if token[0] in b"[{":
            depth += 1
            if depth == _DEEPEST + 1:
                kept += [text[done : token.start()], b"null"]
                done = len(text)
        elif token[0] in b"]}":
            if depth == _DEEPEST + 1:
                done = token.end()
            depth -= 1
    return b"".join([*kept, text[done:]])

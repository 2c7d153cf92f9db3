"""Units as billing files write them: `Tokens`, `1000 Tokens`, `1M Tokens`, `GPU-Hours`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_STEPS = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_LARGEST = 10**9
_UNIT = re.compile(r"^\s*(?:(?P<count>[\d,_]+(?:\.\d+)?)\s*(?P<step>[kKmMbB])?\s+)?(?P<name>\S.*?)\s*$")


@dataclass(frozen=True)
class Unit:
    """How many of what one unit stands for: `1M Tokens` is a million `tokens`."""

    count: Decimal
    name: str

    @property
    def is_tokens(self) -> bool:
        """Whether it counts tokens of a language model by its name (a vendor's currency can look alike)."""
        return self.name in ("tokens", "token")


def unit_of(text: str) -> Unit:
    """The unit that *text* writes; an empty text is one of nothing, a step beyond a billion no step."""
    match = _UNIT.match(text)
    if not match:
        return Unit(Decimal(1), "")
    count = Decimal((match["count"] or "1").replace(",", "").replace("_", ""))
    each = count * _STEPS[(match["step"] or "").lower()]
    return Unit(each, match["name"].lower()) if each <= _LARGEST else Unit(Decimal(1), text.strip().lower())

"""Words and the names in them: how a line is cut into words, and which value of the ledger a name means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from finops.errors import Unclear
from finops.question import Dimension, Filter, Known

_WORD = re.compile(r'(?:(?<=,)\s+(?=\S)|[^\s"“]|"(?:[^"]|"")*"|“[^”"]*”|["“])+')
_PART = re.compile(r'(?:[^,"“]|"(?:[^"]|"")*"|“[^”"]*”|["“])+')
_MOST = 2000


def split(words: str) -> list[str]:
    """*words* one by one; what stands in quotes, or after a comma, belongs to the word before."""
    if len(words) > _MOST:
        raise Unclear("That is too long for a question.", example="cost by model last 30d")
    return [word.rstrip(",") for word in _WORD.findall(words) if word.strip(",")]


def quoted(value: str) -> str:
    """*value* so that `split` and a filter take it for one."""
    plain = value and not re.search(r'[\s,"“”]', value)
    return value if plain else f'"{value.replace(chr(34), chr(34) * 2)}"'


def parts(values: str) -> tuple[str, ...]:
    """The values that a filter names: `search,"customer success"`."""
    return tuple(_unquoted(each.strip()) for each in _PART.findall(values))


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == "“" and value[-1] == "”":
        return value[1:-1]
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1].replace('""', '"')
    return value


class UnknownName(Unclear):
    """Nothing is known of *value* of *cut*; *near* is the nearest value, empty if there is none."""

    def __init__(self, cut: Dimension, value: str, near: str, *, example: str) -> None:
        hint = f" Did you mean {cut} {near}?" if near else ""
        super().__init__(f"Nothing is known of {cut} “{value}”.{hint}", example=example)
        self.cut, self.value, self.near = cut, value, near


def named(cut: Dimension, value: str, known: Known) -> str:
    """*value* as the ledger spells it, of several spellings the first; Unclear, with the nearest one, if it knows no
    such value."""
    value = f"{int(value):02}:00" if cut is Dimension.HOUR and re.fullmatch("[0-9]{1,2}", value) else value
    there = known.values.get(cut, ())
    lower = {each.lower(): each for each in reversed(there)}
    if not value or not there or value.lower() in lower:
        return lower.get(value.lower(), value)
    if "*" in value and any(fits(value.lower(), each) for each in lower):
        return value
    raise _unknown_value(cut, value, lower)


def leaves(where: Sequence[Filter], cut: Dimension, known: Known) -> bool:
    """Whether a value of *cut* that is known, or is named, passes all filters of it in *where*."""
    mine, there = [each for each in where if each.dimension is cut], known.values.get(cut, ())
    if len(mine) == 1 or all(each.negated for each in mine):
        return True
    said = [value for each in mine for value in each.values if not there or "*" not in value]
    return any(all(passes(each, value) for each in mine) for value in (*there, *said))


def passes(kept: Filter, value: str) -> bool:
    """Whether *value*, in whichever case it is written, passes *kept*."""
    return any(fits(each.lower(), value.lower()) for each in kept.values) is not kept.negated


def fits(glob: str, name: str) -> bool:
    """Whether the parts of *glob* between its stars stand in *name*, one after the other; its ends at the ends."""
    if "*" not in glob:
        return glob == name
    first, *between, last = glob.split("*")
    if not (name.startswith(first) and name.endswith(last) and len(name) >= len(first) + len(last)):
        return False
    rest = name[len(first) : len(name) - len(last)]
    for part in between:
        _, found, rest = rest.partition(part) if part else ("", "*", rest)
        if not found:
            return False
    return True


def _unknown_value(cut: Dimension, value: str, lower: dict[str, str]) -> UnknownName:
    stem, star, _ = value.lower().partition("*")
    near = get_close_matches(stem, {each[: len(stem)] if star else each: each for each in lower}, n=1, cutoff=0.5)
    if not near:
        return UnknownName(cut, value, "", example=f"cost by {cut} last 30d")
    meant = f"{near[0]}*" if star else lower[near[0]]
    return UnknownName(cut, value, meant, example=f"cost by model {cut}:{quoted(meant)} last 30d")

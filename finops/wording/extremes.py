"""Which ones a sentence wants of many: `top 5 keys`, `cheapest model`, `3 biggest teams`, `who spent the least`."""

from __future__ import annotations

from finops.ask import ENDS
from finops.errors import Unclear
from finops.wording.cuts import cuts
from finops.wording.sentence import Sentence
from finops.wording.vocabulary import LEAST, MOST, matched

_PRICED = ("expensive", "priciest", "costliest", "costly", "cheapest")


def top(sentence: Sentence, rest: list[str]) -> int:
    """`top 5`, `top 5 models`, `top models`, `bottom 3 teams`, `top 5 cheapest models`."""
    if rest[0] not in ENDS:
        return 0
    counted = int(rest[1:2] != [] and rest[1].isdecimal())
    took = 1 + counted
    end, more = _superlative(rest[took:])
    if (rest[0], end) == ("bottom", "top"):
        raise Unclear(f"“{' '.join(rest[: took + more])}” contradicts itself; please name one end.",
                      example="cost by team top 5")  # fmt: skip
    found, cut = cuts(rest[took + more :])
    if not counted and not found:
        raise Unclear(f"“{rest[0]}” needs a number from 1 to 100.", example=f"cost by model {rest[0]} 10")
    _rank(sentence, end or rest[0], rest[1] if counted else _count(rest[took + more + cut - 1]), found)
    _hear(sentence, rest[took : took + more])
    return took + more + cut


def extreme(sentence: Sentence, rest: list[str]) -> int:
    """`cheapest model`, `3 biggest teams`; `cheapest` where something else says of what."""
    counted = int(rest[0].isdecimal())
    end, took = _superlative(rest[counted:])
    if not end or sentence.words[sentence.at - 1 : sentence.at] == ["at"]:
        return 0
    took += counted
    found, more = cuts(rest[took:])
    if found:
        _rank(sentence, end, rest[0] if counted else _count(rest[took + more - 1]), found)
    elif counted:
        return 0
    else:
        sentence.heard.add("most" if end == "top" else "least")
    _hear(sentence, rest[counted:took])
    return took + more


def _superlative(words: list[str]) -> tuple[str, int]:
    """Which end the first words mean, and how many they are."""
    most, least = matched(words, MOST), matched(words, LEAST)
    return ("top", most) if most else ("bottom", least) if least else ("", 0)


def _count(cut: str) -> str:
    """One of what is named in the singular, else ten."""
    return "10" if cut.endswith("s") and not cut.endswith(("ss", "us")) else "1"


def _rank(sentence: Sentence, end: str, count: str, found: list[str]) -> None:
    sentence.pieces.append(f"{end} {count}")
    sentence.pieces += [f"by {','.join(found)}"] if found else []


def _hear(sentence: Sentence, words: list[str]) -> None:
    """`expensive` and `cheap` are of cost, `used` says not of what."""
    if {*words} & {*_PRICED}:
        if not sentence.figure:
            sentence.heard.add("priced")
        sentence.tell(sentence.figure if "cost" in sentence.figure else "cost")
    if "used" in words:
        sentence.heard.add("vague")

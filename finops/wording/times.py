"""When a sentence is about, and what it compares with: `last week`, `against the month before`, `vs budget`."""

from __future__ import annotations

from finops import when
from finops.errors import Unclear
from finops.period import Period
from finops.wording.sentence import Sentence
from finops.wording.vocabulary import COMPARES, matched


def compare(sentence: Sentence, rest: list[str]) -> int:
    """`compare october with september`."""
    sentence.compares = sentence.compares or rest[0] == "compare"
    return int(rest[0] == "compare")


def versus(sentence: Sentence, rest: list[str]) -> int:
    took = matched(rest, COMPARES) or int(sentence.compares and rest[0] in ("with", "to", "and"))
    if not took:
        return 0
    took += rest[took : took + 1] in (["the"], ["our"])
    after = rest[took:]
    if after[:2] == ["month", "before"] or after[:1] in (["before"], ["prior"]) or after[:1] == ["previous"]:
        spans = bool(after[1:]) and after[1][0].isdecimal()
        if not spans:
            sentence.pieces.append("vs previous")
            units = ("month", "week", "period", "quarter", "year", "before")
            return took + 1 + (after[1:2] != [] and after[1] in units)
    if after[:1] in (["budget"], ["budgets"]):
        sentence.pieces.append("vs budget")
        return took + 1
    return _versus_dates(sentence, after, took)


def _versus_dates(sentence: Sentence, after: list[str], took: int) -> int:
    if after[:2] in (["last", "week"], ["last", "month"], ["last", "year"]):
        sentence.pieces.append(f"vs {' '.join(after[:2])}")
        return took + 2
    taken = when.period(after, sentence.today)
    if not taken:
        raise Unclear("I can compare with the previous period, last week, last month, last year, a period or the "
                      "budget.", example="cost by model last 30d vs previous")  # fmt: skip
    sentence.pieces.append(f"vs {_dates(taken[0])}")
    return took + taken[1]


def period(sentence: Sentence, rest: list[str]) -> int:
    taken = when.period(rest, sentence.today)
    if not taken:
        return 0
    sentence.pieces.append(_dates(taken[0]))
    return taken[1]


def _dates(period: Period) -> str:
    return f"{period.start}..{period.last}"

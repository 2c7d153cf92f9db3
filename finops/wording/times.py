"""When a sentence is about, and what it compares with: `last week`, `against the month before`, `vs budget`."""

from __future__ import annotations

from finops import when
from finops.errors import Unclear
from finops.period import Period
from finops.wording.sentence import Sentence
from finops.wording.spelling import DASHES
from finops.wording.vocabulary import COMPARES, matched


def compare(sentence: Sentence, rest: list[str]) -> int:
    """`compare october with september`."""
    if rest[0] != "compare":
        return 0
    sentence.heard.add("compare")
    return 1


def versus(sentence: Sentence, rest: list[str]) -> int:
    """`vs budget`, `compared to the week before`, `against the same month last year`, `vs september`."""
    took = matched(rest, COMPARES) or int("compare" in sentence.heard and rest[0] in ("with", "to", "and"))
    if not took:
        return 0
    took += matched(rest[took:], ("the", "our", "a"))
    took += 2 if rest[took : took + 1] == ["same"] and rest[took + 1 : took + 2] else 0
    said = matched(rest[took:], ("day before", "previous day")) if _is_a_day(sentence) else 0
    if said:
        sentence.pieces.append("vs previous")
        return took + said
    said = matched(rest[took:], tuple(_BACK))
    spans = said and rest[took : took + 1] in (["previous"], ["prior"]) and rest[took + 1 :][:1] != []
    if said and not (spans and rest[took + 1][0].isdecimal()):
        sentence.pieces.append(f"vs {_BACK[' '.join(rest[took : took + said])]}")
        return took + said
    return _versus_dates(sentence, rest[took:], took)


def _is_a_day(sentence: Sentence) -> bool:
    """Whether one day is what it is about, as far as it has been read."""
    first, dots, last = next((each for each in sentence.pieces if "dated" in sentence.heard and ".." in each),
                             "").partition("..")  # fmt: skip
    return bool(dots) and first == last


def _versus_dates(sentence: Sentence, after: list[str], took: int) -> int:
    taken = when.period(after, sentence.today)
    if not taken and sentence.vocabulary.meanings(after)[1]:
        raise Unclear(f"I compare periods; to see “{after[0]}” beside others, cut by what they are.",
                      example="cost by provider last 30d")  # fmt: skip
    if not taken:
        raise Unclear("I can compare with the previous period, last week, last month, last year, a period or the "
                      "budget.", example="cost by model last 30d vs previous")  # fmt: skip
    sentence.pieces.append(f"vs {_dates(taken[0])}")
    return took + taken[1]


def period(sentence: Sentence, rest: list[str]) -> int:
    """A period, alone or from its first day to its last."""
    taken = when.period(_of_compared(sentence, rest), sentence.today)
    if not taken:
        return _open(sentence, rest)
    _whose_year(sentence, rest)
    sentence.heard.add("dated")
    sentence.pieces.append(_dates(taken[0]))
    return taken[1]


def _of_compared(sentence: Sentence, rest: list[str]) -> list[str]:
    """What is left to read a period from: in `compare october to september` not both together."""
    if "compare" not in sentence.heard or rest[0] in ("since", "from", "between"):
        return rest
    return rest[: next((at for at, word in enumerate(rest) if word in ("to", "with", "and")), len(rest))]


def _open(sentence: Sentence, rest: list[str]) -> int:
    """`until october` and `after 1 oct` say not both ends of a period; `over the last 2 weeks` does, as what stands
    after a dash."""
    if rest[0] in ("over", "within", *DASHES):
        return int(when.period(rest[1 + matched(rest[1:], ("the", "these")) :], sentence.today) is not None)
    if rest[0] in ("to", "through", "thru", "until", "till", "before", "after") and when.period(
        rest[1:], sentence.today
    ):
        raise Unclear(f"“{' '.join(rest[:2])}” names one end of a period; please name both.",
                      example="cost from 1 oct to 15 nov")  # fmt: skip
    return 0


def _whose_year(sentence: Sentence, rest: list[str]) -> None:
    """`in jan 26` may be a day of January or the January of a year."""
    before, number = sentence.words[sentence.at - 1 : sentence.at], "".join(rest[1:2])
    year = sentence.today.year % 100
    if before == ["in"] and when.month(rest[0]) and number.isdecimal() and year - 5 <= int(number) <= year:
        raise Unclear(f"Is “{rest[0]} {number}” a day, or the month of 20{number}? Please write it out.",
                      example=f"cost {rest[0]} 20{number}")  # fmt: skip


def _dates(period: Period) -> str:
    return f"{period.start}..{period.last}"


_BACK = {
    **dict.fromkeys(("previous", "prior", "before", "previous period", "prior period", "period before",
                     "previous quarter", "prior quarter", "quarter before"), "previous"),
    **{said: f"last {unit}" for unit in ("week", "month", "year")
       for said in (f"last {unit}", f"previous {unit}", f"prior {unit}", f"{unit} before", f"{unit} ago")},
    **dict.fromkeys(("budget", "budgets"), "budget"),
}  # fmt: skip

"""What a sentence cuts by: `by team and day`, `per ticket`, `which model`, `who`."""

from __future__ import annotations

from finops.ask import dimension
from finops.errors import Unclear
from finops.question import Dimension
from finops.wording.sentence import Sentence
from finops.wording.vocabulary import ARTICLES, CUTS, cut_of, joined, matched


def which(sentence: Sentence, rest: list[str]) -> int:
    """`which team`, `what models`."""
    found = cut_of(rest[1:]) if rest[0] in ("which", "what") else None
    if not found:
        return 0
    sentence.pieces.append(f"by {found[0]}")
    return 1 + found[1]


def who(sentence: Sentence, rest: list[str]) -> int:
    """`who spent the most` asks which teams."""
    if rest[0] != "who":
        return 0
    sentence.heard.add("who")
    return 1


def cut(sentence: Sentence, rest: list[str]) -> int:
    """`by team and day`, `per ticket`; `by cost` and `billed by openai` cut by nothing."""
    took = matched(rest, CUTS)
    if not took:
        return 0
    found, more = cuts(rest[took:])
    if found:
        sentence.pieces.append(f"by {','.join(found)}")
        return took + more
    after = rest[took:]
    if not after:
        raise Unclear(f"“{rest[0]}” needs to know what to cut by.", example="cost by model")
    if rest[0] == "per":
        return 1 + _per(sentence, after)
    if sentence.vocabulary.figure(after) or (rest[0] == "by" and sentence.vocabulary.meanings(after)[1]):
        return took
    dimension(after[0])
    return 0


def _per(sentence: Sentence, after: list[str]) -> int:
    """`tokens per ticket`, `cost … per million tokens`."""
    before = [*(sentence.figure or "cost").split("_"), "per"]
    kpi = sentence.vocabulary.figure([*before, *after[:3]])
    if kpi and kpi[1] > len(before):
        sentence.figure = kpi[0]
        return kpi[1] - len(before)
    counted, figure = sentence.vocabulary.counted(after[0]), f"{sentence.figure or 'cost'}_per_driver"
    if not counted or figure not in sentence.vocabulary.kpis:
        dimension(after[0])
        raise Unclear(f"I can't tell that per “{after[0]}”.", example="kpi tokens_per_driver by app")
    sentence.keep(tuple((Dimension.DRIVER, each) for each in counted), 1, 1, negated=False, more=False)
    sentence.figure = figure
    return 1


def cuts(words: list[str]) -> tuple[list[str], int]:
    """The dimensions and steps of time that *words* begin with, and how many words that takes."""
    found: list[str] = []
    at = matched(words, ARTICLES)
    while cut := cut_of(words[at + (joins := joined(words[at:]) if found else 0) :]):
        found.append(cut[0])
        at += joins + cut[1]
        if not joined(words[at:]):
            break
    return found, at if found else 0

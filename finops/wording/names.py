"""Whom a sentence is about: names of the ledger anywhere in it, and what is left out of it."""

from __future__ import annotations

from finops.errors import Unclear
from finops.naming import named, quoted
from finops.question import AI, Dimension
from finops.wording.sentence import Sentence
from finops.wording.vocabulary import (
    ARTICLES,
    FILLERS,
    LITTLE,
    NEGATIONS,
    VAGUE,
    Meaning,
    Vocabulary,
    cut_of,
    joined,
    matched,
)


def names(sentence: Sentence, rest: list[str]) -> int:
    """`search and support`, `team search`, `without the test env`."""
    negated = matched(rest, NEGATIONS)
    at = negated + (matched(rest[negated:], ARTICLES) if negated else 0)
    meanings, took = _name(sentence.vocabulary, rest[at:])
    if negated and not took:
        what = f"I don't know “{rest[at]}”" if rest[at:] else "I know no such name"
        raise Unclear(f"What shall be left out? {what}.", example="cost by team last 30d")
    kept: Dimension | None = None
    while took:
        cut = sentence.keep(meanings, at, took, negated=bool(negated), more=kept is not None)
        if kept not in (None, cut):
            raise Unclear(
                f"The {kept} and the {cut} can't be added; ask for one after the other.", example="cost by model"
            )
        kept, at = cut, at + took
        joins = joined(rest[at:])
        meanings, took = _name(sentence.vocabulary, rest[at + joins :]) if joins else ((), 0)
        at += joins if took else 0
    return at if kept else 0


def _name(vocabulary: Vocabulary, words: list[str]) -> tuple[tuple[Meaning, ...], int]:
    """What the first words name, where a word beside it may say what it is: `team search`, `the search team`."""
    cut = cut_of(words)
    if cut:
        meanings, took = vocabulary.meanings(words[cut[1] :])
        told = tuple(each for each in meanings if each[0] == cut[0])
        if told:
            return told, cut[1] + took
    figure, (meanings, took) = vocabulary.figure(words), vocabulary.meanings(words)
    after = cut_of(words[took:])
    told = tuple(each for each in meanings if after and each[0] == after[0])
    if not took or (figure and figure[1] >= took):
        return (), 0
    if told and after:
        return told, took + after[1]
    return ((), 0) if took == 1 and _fills(vocabulary, words[0]) else (meanings, took)


def _fills(vocabulary: Vocabulary, word: str) -> bool:
    """Whether *word* only fills; Unclear if something is called so, as a team IT: either might be meant."""
    exact = vocabulary.exact([word])
    if word not in {*FILLERS, *VAGUE}:
        return False
    if exact and word not in LITTLE:
        cut, value = exact[0]
        raise Unclear(f"Is “{word}” {cut} {value}, or just a word? Please write {cut}:{quoted(value)} if you mean it.",
                      example=f"cost {cut}:{quoted(value)} last 30d")  # fmt: skip
    return True


def classes(sentence: Sentence, rest: list[str]) -> int:
    """`output tokens`, `cache read and cache write tokens`: those classes of them."""
    found, at, joins = [], 0, 0
    while each := sentence.vocabulary.token_class(rest[at + joins :]):
        found.append(each[0])
        at += joins + each[1]
        joins = joined(rest[at:])
    if not found or rest[at : at + 1] not in (["token"], ["tokens"]):
        return 0
    for number, name in enumerate(found):
        sentence.keep(((Dimension.TOKEN_CLASS, name),), 0, at, negated=False, more=number > 0)
    return at + int("cost" in sentence.figure)


def lone(sentence: Sentence, rest: list[str]) -> int:
    """`teams` alone is `by team`, as is `the team with the most`; `team` alone lacks a name."""
    cut = cut_of(rest)
    if not cut or not isinstance(cut[0], Dimension):
        return 0
    if rest[cut[1] - 1].endswith("s") or rest[cut[1] : cut[1] + 1] in (["with"], ["that"]):
        sentence.pieces.append(f"by {cut[0]}")
        return cut[1]
    if rest[cut[1] :]:
        named(cut[0], rest[cut[1]], sentence.vocabulary.known)
    raise Unclear(f"Which {cut[0]}?", example=f"cost by {cut[0]} last 30d")


def ai(sentence: Sentence, rest: list[str]) -> int:
    """`AI spend`, where other things are paid for, too."""
    if rest[0] not in ("ai", "genai"):
        return 0
    there = sentence.vocabulary.known.values.get(Dimension.SCOPE, ())
    meant = [each for each in AI[0].values if each in there]
    if meant and len(meant) < len(there):
        sentence.pieces.append(f"scope:{','.join(meant)}")
    return 1

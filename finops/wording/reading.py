"""Questions as people word them, rewritten by rules into the canonical line: `how much did search spend last week`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from finops.asked import Asked, line
from finops.errors import Unclear
from finops.kpi import Kpi
from finops.question import Known
from finops.wording import entire
from finops.wording.cuts import cut, which, who
from finops.wording.extremes import extreme, top
from finops.wording.names import ai, classes, lone, names
from finops.wording.sentence import Sentence
from finops.wording.spelling import FILTER, spelled
from finops.wording.times import compare, period, versus
from finops.wording.vocabulary import (
    ARTICLES,
    CURRENCIES,
    FILLERS,
    JOINS,
    MOVES,
    PHRASES,
    POLITE,
    VAGUE,
    Vocabulary,
    matched,
)

Reader = Callable[[Sentence, list[str]], int]


@dataclass(frozen=True)
class Wording:
    """What may be asked, on which day, and in which currency figures are told."""

    known: Known
    kpis: Mapping[str, Kpi]
    today: date
    currency: str = "USD"

    def asked(self, text: str, figure: str = "") -> Asked:
        """What *text* asks, of *figure* if that is settled; Unclear, with an example that works, if it is in doubt."""
        return line(self.canonical(text, figure), self.kpis, self.known, self.today)

    def canonical(self, text: str, figure: str = "") -> str:
        """*text* as a canonical line."""
        return self._read(text, figure, self._works)

    def _read(self, text: str, figure: str, works: Callable[[str], bool]) -> str:
        words = [self._vocabulary.whole(word) for word in spelled(text)]
        sentence = Sentence(words, self._vocabulary, self.today, self.currency, works, figure)
        while sentence.rest:
            took = next(filter(None, (reader(sentence, sentence.rest) for reader in _READERS)), 0)
            if not took:
                raise sentence.unknown()
            sentence.at += took
        return entire.line(sentence)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.known, self.kpis)

    def _works(self, text: str) -> bool:
        try:
            line(self._read(text, "", lambda said: False), self.kpis, self.known, self.today)
        except Unclear:
            return False
        return True


def _filter(sentence: Sentence, rest: list[str]) -> int:
    if not FILTER.match(rest[0]):
        return 0
    sentence.pieces.append(rest[0])
    return 1


def _how_many(sentence: Sentence, rest: list[str]) -> int:
    took = matched(rest, ("how many", "number of", "count of", "no of", "# of"))
    return _heard(sentence, "counts" if took else "", took)


def _phrase(sentence: Sentence, rest: list[str]) -> int:
    took = matched(rest, tuple(PHRASES))
    figure = sentence.vocabulary.figure(rest)
    if not took or (figure and figure[1] > took):
        return 0
    sentence.pieces.append(PHRASES[" ".join(rest[:took])])
    return took


def _bill(sentence: Sentence, rest: list[str]) -> int:
    """`on the bill`, `according to our invoices`."""
    took = matched(rest, ("on", "from", "in", "off", "according to", "as per", "based on"))
    took += matched(rest[took:], ARTICLES) if took else 0
    return _heard(sentence, "bill", took + 1) if took and rest[took : took + 1] in _BILLS else 0


def _figure(sentence: Sentence, rest: list[str]) -> int:
    found = sentence.vocabulary.figure(rest)
    if rest[0] == "list" and rest[1:2] not in (["cost"], ["price"]):
        raise Unclear("“list” may mean list prices, or just show; say list cost, or leave the word out.",
                      example="ask list cost by provider last 30d")  # fmt: skip
    if not found:
        return 0
    if not (sentence.figure and rest[:2] in (["pay", "for"], ["paid", "for"], ["paying", "for"])):
        sentence.tell(found[0])
    return found[1]


def _currency(sentence: Sentence, rest: list[str]) -> int:
    meant = CURRENCIES.get(rest[0])
    if meant and meant != sentence.currency:
        raise Unclear(
            f"Figures are told in {sentence.currency} here, not in {meant}.", example="cost by model last 30d"
        )
    return int(meant is not None)


def _polite(sentence: Sentence, rest: list[str]) -> int:
    """What is said besides, and means nothing; a name that is called so means something."""
    took = matched(rest, POLITE)
    return 0 if sentence.vocabulary.exact(rest[:took]) else took


def _aside(sentence: Sentence, rest: list[str]) -> int:
    """What the whole sentence has to make sense of."""
    if rest[:2] in (["at", "most"], ["at", "least"]):
        raise Unclear("I can't keep only what is above or below an amount, but I can rank.", example=_RANKED)
    for what, words in _ASIDES.items():
        took = matched(rest, words)
        if took:
            return _heard(sentence, what, took)
    return int(rest[0] in FILLERS or rest[0] in JOINS)


def _heard(sentence: Sentence, what: str, took: int) -> int:
    sentence.heard |= {what} if took else set()
    return took


_RANKED = "cost by team top 5"
_BILLS = (["bill"], ["bills"], ["invoice"], ["invoices"])
_ASIDES = {"vague": VAGUE, "most": ("most",), "moved": MOVES, "average": ("average", "mean"), "so far": ("so far",),
           "over time": ("over time", "trend", "trends", "trending")}  # fmt: skip
_READERS: tuple[Reader, ...] = (
    _filter, _polite, _how_many, compare, versus, _bill, _phrase, period, top, extreme, which, who, cut, classes, names,
    _figure, ai, _currency, lone, _aside,
)  # fmt: skip

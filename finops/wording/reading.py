"""Questions as people word them, rewritten by rules into the canonical line: `how much did search spend last week`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from finops.asked import Asked, line
from finops.errors import Unclear
from finops.kpi import Kpi
from finops.naming import split
from finops.question import Known
from finops.wording.cuts import cut, top, which
from finops.wording.names import ai, lone, names
from finops.wording.sentence import FILTER, Sentence
from finops.wording.times import compare, period, versus
from finops.wording.vocabulary import CURRENCIES, FILLERS, JOINS, PHRASES, VAGUE, Vocabulary, matched

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
        sentence = Sentence(_words(text), self._vocabulary, self.today, self.currency, works, figure)
        while sentence.rest:
            took = next(filter(None, (reader(sentence, sentence.rest) for reader in _READERS)), 0)
            if not took:
                raise sentence.unknown()
            sentence.at += took
        return sentence.line

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.known, self.kpis)

    def _works(self, text: str) -> bool:
        try:
            line(self._read(text, "", lambda said: False), self.kpis, self.known, self.today)
        except Unclear:
            return False
        return True


def _words(text: str) -> list[str]:
    """The words without their marks; commas are words, filters stay as they are."""
    found = []
    for word in split(text):
        if FILTER.match(word):
            found.append(word)
            continue
        for part in re.split(r"(,)", word.lower()):
            plain = re.sub(r"['’]s$", "", part.strip().strip("?!;:.()[]*_\"'’"))
            found += [plain] if plain else []
    return found


def _filter(sentence: Sentence, rest: list[str]) -> int:
    if not FILTER.match(rest[0]):
        return 0
    sentence.pieces.append(rest[0])
    return 1


def _how_many(sentence: Sentence, rest: list[str]) -> int:
    if rest[:2] != ["how", "many"]:
        return 0
    sentence.counts = True
    return 2


def _phrase(sentence: Sentence, rest: list[str]) -> int:
    took = matched(rest, tuple(PHRASES))
    figure = sentence.vocabulary.figure(rest)
    if not took or (figure and figure[1] > took):
        return 0
    sentence.pieces.append(PHRASES[" ".join(rest[:took])])
    return took


def _figure(sentence: Sentence, rest: list[str]) -> int:
    found = sentence.vocabulary.figure(rest)
    if not found:
        return 0
    if not (sentence.figure and rest[:2] in (["pay", "for"], ["paid", "for"])):
        sentence.tell(found[0])
    return found[1]


def _currency(sentence: Sentence, rest: list[str]) -> int:
    meant = CURRENCIES.get(rest[0])
    if meant and meant != sentence.currency:
        raise Unclear(
            f"Figures are told in {sentence.currency} here, not in {meant}.", example="cost by model last 30d"
        )
    return int(meant is not None)


def _filler(sentence: Sentence, rest: list[str]) -> int:
    sentence.vague = sentence.vague or rest[0] in VAGUE
    return int(rest[0] in FILLERS | VAGUE or rest[0] in JOINS)


_READERS: tuple[Reader, ...] = (_filter, _how_many, compare, versus, _phrase, period, top, which, cut, names, _figure,
                                ai, _currency, lone, _filler)  # fmt: skip
